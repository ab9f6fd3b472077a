package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facade.FacadeRepository;
import dev.facade.changeset.Changeset;
import dev.facade.query.Change;
import dev.facade.query.Expression;
import dev.facade.query.Query;
import dev.facade.test.H2Node;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A machine whose letter I has no dot when it is lower-cased. */
class LocaleIT {

    private static final Locale BEFORE = Locale.getDefault();
    private static H2Node node;
    private static FacadeRepository repo;

    @BeforeAll
    static void start() {
        Locale.setDefault(Locale.forLanguageTag("tr"));
        node = H2Node.named("turkish");
        repo = HibernateFacade.builder()
                .master(node.url())
                .credentials(node.user(), node.password())
                .entities(Item.class)
                .hibernate("hibernate.hbm2ddl.auto", "create")
                .build();
    }

    @AfterAll
    static void stop() {
        repo.close();
        node.close();
        Locale.setDefault(BEFORE);
    }

    @Test
    void t73NamesDoNotDependOnTheMachinesLocale() {
        repo.insert(new Item(1));
        repo.insertAll(Item.class, List.of(Map.of("id", 2, "INDEX_title", "second", "IQ", 5, "words", List.of("i"))));
        repo.updateAll(Query.from(Item.class).where("id", 1), Change.push("words", "I"));
        repo.updateAll(Query.from(Item.class).where("id", 1), Change.inc("IQ", 1), Change.pull("words", "i"));
        Item read = repo.getOrThrow(Item.class, 1);
        assertThat(read.words).containsExactly("I");
        assertThat(read.IQ).isEqualTo(101);
        Item changed = repo.updateOrThrow(Changeset.cast(read, Map.of("IQ", "7"), "IQ"));
        assertThat(changed.IQ).isEqualTo(7);
        assertThat(repo.aggregate(Item.class, Expression.<Integer>field("IQ").max()))
                .contains(7);
        assertThat(repo.all(Query.from(Item.class)
                        .orderBy(Expression.field("INDEX_title").asc())
                        .select(Expression.field("id"))))
                .isEqualTo(List.of(1, 2));
    }

    @Entity
    static class Item {
        @Id
        int id;

        String INDEX_title;
        int IQ;
        List<String> words = new ArrayList<>();

        protected Item() {}

        Item(int id) {
            this.id = id;
            INDEX_title = "first";
            IQ = 100;
            words.add("i");
        }
    }
}
