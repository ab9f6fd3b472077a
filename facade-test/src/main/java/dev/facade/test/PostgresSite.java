package dev.facade.test;

import org.jspecify.annotations.Nullable;

/** The place where the servers of a cluster run. */
interface PostgresSite {

    /** The password of all users. */
    String password();

    /** A server that has not been started yet; a replica receives the log through {@code source}. */
    Server server(String name, @Nullable Relay source);

    /** Makes the data of a server before its first start, as far as that needs no other server. */
    void prepare(String name, @Nullable Relay source);
}
