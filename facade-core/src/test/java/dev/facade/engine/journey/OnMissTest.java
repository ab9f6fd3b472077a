package dev.facade.engine.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facade.cluster.Cluster;
import dev.facade.cluster.Master;
import dev.facade.cluster.Node;
import dev.facade.cluster.Replica;
import dev.facade.option.Target;
import dev.facade.spi.Failures;
import dev.facade.time.ManualTicker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a replica does not have is asked of the master, once, and as far as the master may be asked. */
class OnMissTest {

    private static final ReadIntent READ = new ReadIntent("get", Target.replica(), false);

    private final ManualTicker ticker = ManualTicker.at(0);
    private final Nodes nodes = new Nodes();

    private Router router(MasterUse use) {
        return Router.of(
                new Cluster(Master.of("master"), List.of(Replica.of("a"), Replica.of("b"))),
                candidates -> candidates.get(0),
                use,
                ReadLimits.standard(ticker),
                ticker,
                () -> 0);
    }

    /** Finds nothing on some nodes. */
    private String read(Router router, String... missing) {
        return router.read(READ, new Looking(nodes, List.of(missing)), nodes);
    }

    private record Looking(Nodes nodes, List<String> missing) implements NodeCall<String> {

        @Override
        public String on(Node node) {
            String answer = nodes.on(node);
            return missing.contains(answer) ? "nothing on " + answer : answer;
        }

        @Override
        public boolean isMissing(String result) {
            return result.startsWith("nothing");
        }
    }

    @Test
    void k01WhatAReplicaDoesNotHaveIsAskedOfTheMaster() {
        Router router = router(MasterUse.FALLBACK);
        assertThat(read(router, "a")).isEqualTo("master");
        assertThat(nodes.routes()).containsExactly("a ALGORITHM", "master ON_MISS");
        assertThat(read(router, "b")).isEqualTo("a");
        assertThat(nodes.routes()).containsExactly("a ALGORITHM");
    }

    @Test
    void k01TheCallersWishHoldsWithoutFallbackToo() {
        assertThat(read(router(MasterUse.NEVER), "a")).isEqualTo("master");
    }

    @Test
    void k01WhatIsNowhereIsAskedOnce() {
        assertThat(read(router(MasterUse.FALLBACK), "a", "master")).isEqualTo("nothing on master");
        assertThat(nodes.asked()).containsExactly("a", "master");
    }

    @Test
    void k01AMasterThatFailsIsNotTakenForNothing() {
        nodes.broken("master", Failures::refused);
        assertThatThrownBy(() -> read(router(MasterUse.FALLBACK), "a")).isInstanceOf(RuntimeException.class);
    }

    @Test
    void k01WithoutABudgetTheReplicasAnswerStands() {
        Router router = router(MasterUse.FALLBACK);
        int asked = 0;
        for (int i = 0; i < 1_000; i++) {
            asked += read(router, "a").equals("master") ? 1 : 0;
        }
        assertThat(asked).as("of 1,000 misses").isBetween(100, 400);
        nodes.routes();
        while (!read(router, "a").equals("nothing on a")) { // the rest of the share
            nodes.routes();
        }
        assertThat(nodes.routes()).as("the route says so").containsExactly("a ALGORITHM");
        ticker.advance(Duration.ofSeconds(1));
        assertThat(read(router, "a")).isEqualTo("master");
    }

    @Test
    void k01AMissAfterALossIsAskedToo() {
        nodes.broken("a", Failures::lost);
        assertThat(read(router(MasterUse.FALLBACK), "b")).isEqualTo("master");
        assertThat(nodes.routes()).containsExactly("a ALGORITHM", "b ALGORITHM", "master ON_MISS");
    }

    @Test
    void k01WhatTheMasterHasAnsweredIsNotAskedAgain() {
        nodes.broken("a", Failures::refused).broken("b", Failures::refused);
        assertThat(read(router(MasterUse.FALLBACK), "master")).isEqualTo("nothing on master");
        assertThat(nodes.asked()).containsExactly("a", "b", "master");
    }
}
