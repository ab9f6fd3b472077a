package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facade.FacadeRepository;
import dev.facade.option.Target;
import dev.facade.test.H2Node;
import dev.facade.test.MasterOnly;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The master-only profile, as a user's test class takes it. */
class MasterOnlyIT {

    private static final H2Node NODE = Blog.h2("master");

    @RegisterExtension
    static final MasterOnly DATABASE =
            MasterOnly.of(() -> Blog.onH2(NODE).masterOnly().build());

    @AfterAll
    static void stop() {
        NODE.close();
    }

    @Test
    void readsSeeWhatWasWritten(FacadeRepository repo) {
        repo.insert(new Post("Hello"));
        assertThat(repo.getBy(Post.class, "title", "Hello")).isPresent();
        assertThat(DATABASE.repository()).isSameAs(repo);
    }

    @Test
    void aMisroutedWriteStillFails(FacadeRepository repo) {
        assertThatThrownBy(() -> repo.withEntityManager(
                        Target.replica(),
                        em -> em.createQuery("delete from Post").executeUpdate()))
                .hasStackTraceContaining("Not enough rights");
    }

    @Test
    void aRepositoryWithReplicasIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MasterOnly.of(() -> Blog.onH2(NODE).build()).beforeAll(null))
                .withMessageContaining("master-only");
    }
}
