package dev.facade.hibernate;

/** What {@link HistoryProof} does, on MariaDB. */
class MariaDbHistoryIT extends HistoryProof {

    @Override
    Histories.Engine engine() {
        return Histories.Engine.MARIADB;
    }
}
