package dev.facade.hibernate;

/** What {@link MutationProof} does, on MariaDB. */
class MariaDbMutationIT extends MutationProof {

    @Override
    Histories.Engine engine() {
        return Histories.Engine.MARIADB;
    }
}
