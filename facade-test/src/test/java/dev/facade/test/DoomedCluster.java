package dev.facade.test;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/** A program that starts a cluster, freezes a replica, tells where the data is, and waits to be killed. */
final class DoomedCluster {

    private DoomedCluster() {}

    public static void main(String[] arguments) throws IOException, SQLException {
        PostgresCluster cluster = PostgresCluster.builder().replicas("berlin").start();
        String folder;
        try (Connection connection = cluster.master().connect()) {
            folder = PostgresNode.answer(connection, "SHOW data_directory");
        }
        cluster.replica("berlin").freeze();
        System.out.println(folder);
        System.out.flush();
        if (System.in.read() < 0) {
            cluster.close();
        }
    }
}
