package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facade.FacadeRepository;
import dev.facade.query.Change;
import dev.facade.test.H2Node;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.List;
import org.hibernate.annotations.TenantId;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.junit.jupiter.api.Test;

/** Tenants by a column: the resolver of Hibernate's says whose rows are written and read, and no schema is meant. */
class TenantIdIT {

    @Entity(name = "Note")
    static class Note {

        @Id
        Long id;

        @TenantId
        String tenant;

        String text;

        protected Note() {}

        Note(long id, String text) {
            this.id = id;
            this.text = text;
        }
    }

    /** The tenant of the thread. */
    private static final class Tenants implements CurrentTenantIdentifierResolver<Object> {

        private final ThreadLocal<String> current = ThreadLocal.withInitial(() -> "acme");

        @Override
        public Object resolveCurrentTenantIdentifier() {
            return current.get();
        }

        @Override
        public boolean validateExistingCurrentSessions() {
            return false;
        }
    }

    @Test
    void aTenantIdIsTakenForNoSchema() {
        Tenants tenants = new Tenants();
        try (H2Node node = H2Node.named("tenants");
                FacadeRepository repo = HibernateFacade.builder()
                        .master(node.url())
                        .credentials(node.user(), node.password())
                        .entities(Note.class)
                        .hibernate("hibernate.hbm2ddl.auto", "create")
                        .hibernate("hibernate.tenant_identifier_resolver", tenants)
                        .build()) {
            Note note = repo.insert(new Note(1, "a"));
            assertThat(note.tenant).isEqualTo("acme");
            repo.insertAll(List.of(new Note(2, "b")));
            tenants.current.set("other");
            repo.insert(new Note(3, "c"));
            assertThat(repo.all(Note.class)).extracting(one -> one.id).containsExactly(3L);
            assertThat(repo.get(Note.class, 1L)).isEmpty();
            assertThat(repo.updateAll(Note.class, Change.set("text", "x"))).isEqualTo(1);
            assertThat(repo.deleteAll(Note.class)).isEqualTo(1);
            tenants.current.set("acme");
            assertThat(repo.count(Note.class)).isEqualTo(2);
            assertThatThrownBy(() -> repo.inSchema("PUBLIC").count(Note.class))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("Note")
                    .hasMessageContaining("@TenantId");
        }
    }
}
