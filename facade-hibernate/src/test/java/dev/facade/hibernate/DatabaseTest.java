package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.spi.ReplicationProbe;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DatabaseTest {

    @Test
    void mariaDbIsKnownByItsUrl() {
        Database database = Database.of("jdbc:mariadb://berlin/blog");
        assertThat(database.product()).isEqualTo("MariaDB");
        assertThat(database.probe()).isSameAs(ReplicationProbe.mariadb());
        PoolSettings settings = PoolSettings.forReplica().withConnectTimeout(Duration.ofSeconds(3));
        assertThat(database.properties(true, settings, "facade-berlin"))
                .containsEntry("initSql", "SET SESSION TRANSACTION READ ONLY")
                .containsEntry("connectTimeout", "3000");
        assertThat(database.properties(false, settings, "facade-berlin")).doesNotContainKey("initSql");
    }

    @Test
    void mariaDbsUrlsOfSeveralServersAreRefused() {
        for (String url : List.of(
                "jdbc:mariadb:replication://berlin,paris/blog",
                "jdbc:mariadb:sequential://berlin,paris/blog",
                "jdbc:mariadb:loadbalance://berlin,paris/blog")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> HibernateFacade.builder().replica("berlin", url))
                    .withMessage("url: '" + url
                            + "' (expected: jdbc:mariadb:// of one server, since the facade itself picks the node)");
        }
    }
}
