package dev.facade.test.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facade.option.ReadOption.FetchSize;
import dev.facade.query.Jpql;
import dev.facade.query.Preload;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Streams, in a transaction and without one. */
public abstract class StreamContract extends Contract {

    private static final Jpql<Post> IN_ORDER = Jpql.of("select p from Post p order by p.title", Post.class);

    /** For subclasses. */
    protected StreamContract() {}

    @Test
    void s01AStreamOfAnEmptyTableIsEmpty() {
        repo.transaction(() -> {
            try (Stream<Post> posts = repo.stream(Post.class);
                    Stream<Post> queried = repo.stream(IN_ORDER)) {
                assertThat(posts).isEmpty();
                assertThat(queried).isEmpty();
            }
        });
    }

    @Test
    void s02AStreamKeepsTheOrder() {
        repo.insertAll(
                IntStream.range(10, 30).mapToObj(i -> new Post("" + (39 - i))).toList());
        repo.transaction(() -> {
            try (Stream<Post> posts = repo.stream(IN_ORDER, FetchSize.of(3))) {
                assertThat(posts.map(post -> post.title))
                        .containsExactlyElementsOf(
                                IntStream.range(10, 30).mapToObj(i -> "" + i).toList());
            }
        });
        try (Stream<String> titles =
                repo.stream(Jpql.of("select p.title from Post p order by p.title desc", String.class))) {
            assertThat(titles.limit(2)).containsExactly("29", "28");
        }
    }

    @Test
    void s03AStreamThatWasOpenedOutsideIsReadInsideATransaction() {
        Post post = new Post("1");
        post.comments.addAll(List.of(new Comment("a").on(post), new Comment("b").on(post)));
        repo.insert(post);
        repo.insert(new Comment("other"));
        Jpql<Comment> ofPost = Jpql.of("select c from Comment c where c.post = :post order by c.text", Comment.class)
                .with("post", post);
        try (Stream<Comment> comments = repo.stream(ofPost)) {
            repo.transaction(
                    () -> assertThat(comments.map(comment -> comment.text)).containsExactly("a", "b"));
        }
    }

    /** Unlike Ecto's: so that a node that fails is replaced before the first row. */
    @Test
    void u06AStreamIsOpenedByTheCallAndPreloadsNothing() {
        repo.insertAll(List.of(new Post("1"), new Post("2")));
        List<Statements.Statement> sent = sent(() -> {
            try (Stream<Post> none = repo.stream(IN_ORDER)) {
                assertThat(none.limit(0)).isEmpty();
            }
        });
        assertThat(sent.stream().filter(statement -> statement.is("select", "posts order by")))
                .hasSizeLessThanOrEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.stream(Jpql.of("select p.tilte from Post p", String.class)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.stream(IN_ORDER, Preload.of("comments")))
                .withMessageContaining("Preload");
    }
}
