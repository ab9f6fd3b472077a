package dev.facade.hibernate;

/** What {@link ListHistoryProof} does, on MariaDB, where no other node becomes the master. */
class MariaDbListHistoryIT extends ListHistoryProof {

    @Override
    Histories.Engine engine() {
        return Histories.Engine.MARIADB;
    }
}
