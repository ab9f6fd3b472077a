package dev.facade.hibernate.mapping;

/** A database on which the mappings are tried. */
enum Db {
    POSTGRES("PostgreSQL", "set session_replication_role = replica", "set session_replication_role = origin"),
    H2("H2", "set referential_integrity false", "set referential_integrity true"),
    MARIADB("MariaDB", "set foreign_key_checks = 0", "set foreign_key_checks = 1");

    private final String title;
    final String withoutKeys;
    final String withKeys;

    Db(String title, String withoutKeys, String withKeys) {
        this.title = title;
        this.withoutKeys = withoutKeys;
        this.withKeys = withKeys;
    }

    @Override
    public String toString() {
        return title;
    }
}
