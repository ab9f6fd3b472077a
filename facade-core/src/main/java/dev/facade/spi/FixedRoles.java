package dev.facade.spi;

import dev.facade.cluster.Replica;
import dev.facade.cluster.Weight;
import jakarta.persistence.EntityManagerFactory;
import javax.sql.DataSource;

/** All roles are fixed. */
enum FixedRoles implements Recipes {
    INSTANCE;

    @Override
    public boolean has(String name) {
        return false;
    }

    @Override
    public Replica replica(String name) {
        throw new IllegalStateException(name);
    }

    @Override
    public void promote(String name) {
        throw new IllegalStateException(name);
    }

    @Override
    public EntityManagerFactory reading(String name) {
        throw new IllegalStateException(name);
    }

    @Override
    public DataSource samples(String name) {
        throw new IllegalStateException(name);
    }

    @Override
    public void add(String name, String url, Weight weight, String... tags) {
        throw new UnsupportedOperationException(
                "add: " + name + " by its URL (expected: a facade of HibernateFacade, or an EntityManagerFactory)");
    }

    @Override
    public void remove(String name) {}
}
