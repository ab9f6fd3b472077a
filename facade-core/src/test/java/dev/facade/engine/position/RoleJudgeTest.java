package dev.facade.engine.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.facade.cluster.Master;
import dev.facade.cluster.Position;
import dev.facade.cluster.Replica;
import dev.facade.cluster.Sample;
import dev.facade.event.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RoleJudgeTest {

    private static final long SYSTEM = 7;
    private static final long ANOTHER_SYSTEM = 8;

    private final List<NodeSampler> samplers = new ArrayList<>();

    @AfterEach
    void close() {
        samplers.forEach(NodeSampler::close);
    }

    /** Is told nothing: the test judges by itself. */
    private static final class Deaf implements NodeSampler.Eye {

        @Override
        public Sample placed(Sample sample) {
            return sample;
        }

        @Override
        public long interval() {
            return Duration.ofMillis(5).toNanos();
        }

        @Override
        public boolean isMaster(NodeSampler sampler) {
            return false;
        }

        @Override
        public void learned(NodeSampler sampler, Sample sample) {}

        @Override
        public void asked(boolean answered) {}

        @Override
        public void lost(NodeSampler sampler, Exception failure) {}
    }

    private NodeSampler sampler(String name, SampleSource source) {
        NodeSampler sampler = new NodeSampler(name, source, new Deaf());
        samplers.add(sampler);
        sampler.start();
        return sampler;
    }

    private static Sample sample(String server, Role role, long system) {
        long now = System.nanoTime();
        return new Sample(role, Position.ofPostgres(system, 1, 100), server, now, now);
    }

    private static void awaitRole(NodeSampler sampler, Role role, long after) {
        await().until(() -> {
            Sample last = sampler.last();
            return last != null && last.role() == role && last.isBegunAfter(after);
        });
    }

    /** Else all are asked each 50 ms for ever. */
    @Test
    void theMasterOfAnotherClusterIsNoReasonToAskAgainSoon() {
        NodeSampler master = sampler("master", () -> sample("1", Role.MASTER, SYSTEM));
        NodeSampler stranger = sampler("stranger", () -> sample("2", Role.MASTER, ANOTHER_SYSTEM));
        awaitRole(stranger, Role.MASTER, System.nanoTime());
        awaitRole(master, Role.MASTER, System.nanoTime());
        Watched watched =
                Watched.nobody().with(master).with(stranger).as(List.of(Master.of("master"), Replica.of("stranger")));
        RoleJudge judge = new RoleJudge(() -> watched, new Object());
        assertThat(judge.judge(new Monitor.Watcher() {})).isFalse();
        assertThat(judge.rivals()).isEmpty();
    }
}
