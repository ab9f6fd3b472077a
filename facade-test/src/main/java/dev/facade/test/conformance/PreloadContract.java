package dev.facade.test.conformance;

import static dev.facade.query.Expression.field;
import static dev.facade.query.Query.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facade.option.Schema;
import dev.facade.query.Preload;
import dev.facade.query.Query;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Associations that are loaded together: Ecto's cases of {@code preload.exs}. */
public abstract class PreloadContract extends Contract {

    /** For the subclasses. */
    protected PreloadContract() {}

    private Post post(String title) {
        return repo.insert(new Post(title));
    }

    private Post by(String title, User author) {
        Post post = new Post(title);
        post.author = author;
        return repo.insert(post);
    }

    private User user(String name) {
        return repo.insert(new User(name));
    }

    private Comment comment(String text, Post post, User author) {
        Comment comment = new Comment(text).on(post);
        comment.author = author;
        return repo.insert(comment);
    }

    private List<Post> posts() {
        return repo.all(from(Post.class).orderBy(field("title").asc()));
    }

    private static List<String> texts(Post post) {
        return post.comments.stream().map(comment -> comment.text).toList();
    }

    @Test
    void p03TheSameEntityTwiceAndPreloadingAgainChangeNothing() {
        Post post = post("1");
        comment("a", post, null);
        Post read = repo.getOrThrow(Post.class, post.id);
        repo.preload(List.of(read, read), Preload.of("comments"));
        assertThat(texts(read)).containsExactly("a");
        List<Comment> before = read.comments;
        repo.preload(List.of(read, read), Preload.of("comments"));
        assertThat(read.comments).isSameAs(before);
    }

    @Test
    void t61WhatAnInsertReturnsIsReadBeforeItCountsAsLoaded() {
        Post post = post("1");
        comment("a", post, null);
        assertThat(texts(repo.preload(post, Preload.of("comments")))).containsExactly("a");
    }

    @Test
    void t61APartIsPreloadedByItsKey() {
        User ann = user("ann");
        comment("a", by("1", ann), null);
        Post part = repo.oneOrThrow(from(Post.class).selectOnly("id"));
        repo.preload(part, Preload.of("comments", "author"));
        assertThat(texts(part)).containsExactly("a");
        assertThat(part.author.name()).isEqualTo("ann");
    }

    @Test
    void t61AKeyAloneIsReadBeforeItCountsAsLoaded() {
        User ann = user("ann");
        Post read = repo.getOrThrow(Post.class, by("1", ann).id);
        read.author = new User("a stub");
        read.author.id = ann.id;
        assertThat(repo.preload(read, Preload.of("author")).author.name()).isEqualTo("ann");
        Post stub = new Post("a stub");
        stub.id = read.id;
        assertThat(repo.preload(stub, Preload.of("author")).author.name()).isEqualTo("ann");
    }

    @Test
    void p04AOneToOneIsAValueOrNull() {
        Post with = post("1");
        repo.insert(new Permalink("url").on(with));
        post("2");
        List<Post> posts = repo.preload(posts(), Preload.of("permalink"));
        assertThat(posts.get(0).permalink.url).isEqualTo("url");
        assertThat(posts.get(1).permalink).isNull();
    }

    @Test
    void p06TwoToOneAssociationsAtOnce() {
        User ann = user("ann");
        Post post = post("1");
        Comment comment = comment("a", post, ann);
        Comment read = repo.preload(repo.getOrThrow(Comment.class, comment.id), Preload.of("post", "author"));
        assertThat(read.post.title()).isEqualTo("1");
        assertThat(read.author.name()).isEqualTo("ann");
    }

    @Test
    void p07AParentIsShared() {
        User ann = user("ann");
        by("1", ann);
        by("2", ann);
        List<Post> posts = repo.preload(posts(), Preload.of("author"));
        assertThat(posts).extracting(post -> post.author.name()).containsExactly("ann", "ann");
        assertThat(posts.get(0).author.id()).isEqualTo(posts.get(1).author.id());
    }

    @Test
    void p09APathLoadsWhatIsInBetween() {
        User ann = user("ann");
        Post post = post("1");
        comment("a", post, ann);
        comment("b", post, ann);
        comment("c", post, user("bob"));
        Post read = repo.preload(repo.getOrThrow(Post.class, post.id), Preload.of("comments.author"));
        assertThat(read.comments).hasSize(3);
        assertThat(read.comments.stream().map(comment -> comment.author.name()).distinct())
                .containsExactlyInAnyOrder("ann", "bob");
    }

    @Test
    void p10APathOfToOnesLoadsWhatIsInBetween() {
        User ann = user("ann");
        Comment comment = comment("a", by("1", ann), null);
        Comment read = repo.preload(repo.getOrThrow(Comment.class, comment.id), Preload.of("post.author"));
        assertThat(read.post.author.name()).isEqualTo("ann");
    }

    @Test
    void p11NothingInBetweenIsNull() {
        Comment comment = repo.insert(new Comment("a"));
        Comment read = repo.getOrThrow(Comment.class, comment.id);
        repo.preload(read, Preload.of("post.author"));
        repo.preload(read, Preload.of("post.author"));
        assertThat(read.post).isNull();
    }

    @Test
    void p12NullsInTheListStay() {
        Post post = post("1");
        comment("a", post, null);
        List<Post> list = Arrays.asList(null, repo.getOrThrow(Post.class, post.id), null);
        assertThat(repo.preload(list, Preload.of("comments"))).isSameAs(list);
        assertThat(texts(list.get(1))).containsExactly("a");
        assertThat(repo.<Post>preload((Post) null, Preload.of("comments"))).isNull();
    }

    @Test
    void p13APathOfThreeLevels() {
        User ann = user("ann");
        Post post = by("1", ann);
        comment("a", post, null);
        User read = repo.preload(repo.getOrThrow(User.class, ann.id), Preload.of("posts.comments.post"));
        assertThat(read.posts.get(0).comments.get(0).post.title).isEqualTo("1");
    }

    @Test
    void p14APathThroughManyToMany() {
        User ann = user("ann");
        Post post = new Post("1");
        post.users.add(ann);
        repo.insert(post);
        repo.insert(linked("url", ann));
        Post read = repo.preload(repo.getOrThrow(Post.class, post.id), Preload.of("users.permalinks"));
        assertThat(read.users.get(0).permalinks)
                .extracting(permalink -> permalink.url)
                .containsExactly("url");
    }

    private static Permalink linked(String url, User user) {
        Permalink permalink = new Permalink(url);
        permalink.user = user;
        return permalink;
    }

    @Test
    void p15AnEmptyListTakesAnyPath() {
        assertThat(repo.preload(List.of(), Preload.of("whatever"))).isEmpty();
    }

    @Test
    void p16NothingAssociatedIsEmptyOrNull() {
        Post read = repo.getOrThrow(Post.class, post("1").id);
        repo.preload(read, Preload.of("comments", "permalink", "author", "users"));
        assertThat(read.comments).isEmpty();
        assertThat(read.permalink).isNull();
        assertThat(read.author).isNull();
        assertThat(read.users).isEmpty();
    }

    @Test
    void p17NothingAssociatedIsNullOnTheOwningSide() {
        Comment read = repo.getOrThrow(Comment.class, repo.insert(new Comment("a")).id);
        assertThat(repo.preload(read, Preload.of("post")).post).isNull();
    }

    @Test
    void p18NothingAssociatedByAOneToOneIsNull() {
        Post read = repo.getOrThrow(Post.class, post("1").id);
        assertThat(repo.preload(read, Preload.of("permalink")).permalink).isNull();
    }

    @Test
    void p19NothingAssociatedByManyToManyIsEmpty() {
        Post read = repo.getOrThrow(Post.class, post("1").id);
        assertThat(repo.preload(read, Preload.of("users")).users).isEmpty();
    }

    private static Query<Comment> comments() {
        return from(Comment.class);
    }

    @Test
    void p23AQuerySaysWhichAndInWhatOrder() {
        Post one = post("1");
        Post two = post("2");
        comment("b", one, user("ann"));
        comment("a", one, null);
        comment("c", two, null);
        List<Post> posts = posts();
        repo.preload(
                posts,
                Preload.of().with("comments", comments().orderBy(field("text").asc())));
        assertThat(texts(posts.get(0))).containsExactly("a", "b");
        assertThat(texts(posts.get(1))).containsExactly("c");
        repo.preload(posts, Preload.of().with("comments", comments().where("text", "none")));
        assertThat(posts.get(0).comments).isEmpty();
        repo.preload(
                posts, Preload.of("comments.author").with("comments", comments().where("text", "b")));
        assertThat(posts.get(0).comments.get(0).author.name()).isEqualTo("ann");
    }

    @Test
    void p24AQueryOfSomethingElseIsRefused() {
        Post post = repo.getOrThrow(Post.class, post("1").id);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.preload(
                        post, Preload.of().with("comments", comments().select(field("text")))))
                .withMessageContaining("whole Comment");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.preload(post, Preload.of().with("comments", from(Post.class))));
    }

    @Test
    void p26APartOfAnEntityIsPreloadedByItsKey() {
        Post post = post("1");
        comment("a", post, null);
        Post part = repo.oneOrThrow(from(Post.class).selectOnly("id"));
        assertThat(texts(repo.preload(part, Preload.of("comments").force()))).containsExactly("a");
    }

    @Test
    void p27RowsOfMapsTakeNoPreload() {
        post("1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.all(from(Post.class).selectMap(field("title")), Preload.of("comments")));
    }

    @Test
    void p28RowsOfValuesTakeNoPreload() {
        post("1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.all(from(Post.class).select(field("title")), Preload.of("author")));
    }

    @Test
    void p30SeveralAtOnceAllEmpty() {
        Post read = repo.getOrThrow(Post.class, post("1").id);
        repo.preload(read, Preload.of("comments.author", "users.permalinks", "author.posts"));
        assertThat(read.comments).isEmpty();
        assertThat(read.users).isEmpty();
    }

    @Test
    void p33TheMappingsOrderIsKept() {
        User ann = user("ann");
        repo.insert(linked("b", ann));
        repo.insert(linked("a", ann));
        repo.insert(linked("c", ann));
        User read = repo.preload(repo.getOrThrow(User.class, ann.id), Preload.of("permalinks"));
        assertThat(read.permalinks).extracting(permalink -> permalink.url).containsExactly("a", "b", "c");
    }

    @Test
    void p35AQuerysOwnOrderWins() {
        User ann = user("ann");
        repo.insert(linked("a", ann));
        repo.insert(linked("b", ann));
        User read = repo.preload(
                repo.getOrThrow(User.class, ann.id),
                Preload.of()
                        .with(
                                "permalinks",
                                from(Permalink.class).orderBy(field("url").desc())));
        assertThat(read.permalinks).extracting(permalink -> permalink.url).containsExactly("b", "a");
    }

    @Test
    void p39WhatIsLoadedStaysUnlessItIsForced() {
        Post post = post("1");
        comment("a", post, null);
        Post read = repo.getOrThrow(Post.class, post.id, Preload.of("comments"));
        comment("b", post, null);
        assertThat(texts(repo.preload(read, Preload.of("comments")))).containsExactly("a");
        assertThat(texts(repo.preload(read, Preload.of("comments").force()))).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void p41AForcedToOneIsReadAgain() {
        User ann = user("ann");
        Post read = repo.getOrThrow(Post.class, by("1", ann).id, Preload.of("author"));
        read.author = null;
        assertThat(repo.preload(read, Preload.of("author").force()).author.name())
                .isEqualTo("ann");
    }

    @Test
    void p42AReadPreloads() {
        Post post = post("1");
        comment("a", post, null);
        assertThat(texts(repo.oneOrThrow(from(Post.class), Preload.of("comments"))))
                .containsExactly("a");
        assertThat(texts(repo.getOrThrow(Post.class, post.id, Preload.of("comments"))))
                .containsExactly("a");
        assertThat(texts(repo.allBy(Post.class, java.util.Map.of("title", "1"), Preload.of("comments"))
                        .get(0)))
                .containsExactly("a");
    }

    @Test
    void p43AnAssociationInsideAnEmbeddable() {
        User ann = user("ann");
        Order order = new Order("1");
        order.item = new Item("x", 1, null);
        order.item.buyer = ann;
        long id = repo.insert(order).id;
        Order read = repo.preload(repo.getOrThrow(Order.class, id), Preload.of("item.buyer"));
        assertThat(read.item.buyer.name()).isEqualTo("ann");
    }

    @Test
    void p45NoEmbeddableHasNoAssociations() {
        Order read = repo.getOrThrow(Order.class, repo.insert(new Order("1")).id);
        repo.preload(read, Preload.of("item.buyer"));
        assertThat(read.item == null || read.item.buyer == null).isTrue();
    }

    @Test
    void p46AssociationsInsideManyEmbeddables() {
        User ann = user("ann");
        Order order = new Order("1");
        Item item = new Item("x", 1, null);
        item.buyer = ann;
        order.items.add(item);
        order.items.add(new Item("y", 2, null));
        long id = repo.insert(order).id;
        Order read = repo.preload(repo.getOrThrow(Order.class, id), Preload.of("items.buyer"));
        assertThat(read.items.get(0).buyer.name()).isEqualTo("ann");
        assertThat(read.items.get(1).buyer).isNull();
        Order empty = repo.getOrThrow(Order.class, repo.insert(new Order("2")).id);
        assertThat(repo.preload(empty, Preload.of("items.buyer")).items).isEmpty();
    }

    @Test
    void u19NothingAndWhatHasNoKey() {
        assertThat(repo.<Post>preload(null, Preload.of("comments"))).isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        repo.preload(new Post("no key"), Preload.of("comments").force()))
                .withMessageContaining("id");
        Post post = post("1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> repo.preload(
                        repo.getOrThrow(Post.class, post.id),
                        Preload.of("comments")
                                .with("comments", from(Comment.class).union(from(Comment.class)))))
                .withMessageContaining("comments");
    }

    @Test
    void p20AFunctionFindsEntitiesByTheirKeys() {
        User ann = user("ann");
        User bob = user("bob");
        by("1", ann);
        by("2", bob);
        by("3", ann);
        List<Object> asked = new ArrayList<>();
        List<Post> posts = repo.all(
                from(Post.class).orderBy(field("title").asc()),
                Preload.of("author").by("author", keys -> {
                    asked.addAll(keys);
                    return repo.all(from(User.class).where(field("id").in(keys)));
                }));
        assertThat(posts).extracting(post -> post.author.name).containsExactly("ann", "bob", "ann");
        assertThat(asked).containsExactlyInAnyOrder(ann.id, bob.id);
    }

    @Test
    void p21AFunctionIsToldTheKeysOfWhatIsAssociated() {
        Post post = post("1");
        comment("a", post, null);
        comment("b", post, null);
        List<Object> asked = new ArrayList<>();
        Post read = repo.preload(
                repo.getOrThrow(Post.class, post.id), Preload.of("comments").by("comments", keys -> {
                    asked.addAll(keys);
                    return repo.all(from(Comment.class).where(field("id").in(keys)));
                }));
        assertThat(read.comments).extracting(comment -> comment.text).containsExactlyInAnyOrder("a", "b");
        assertThat(asked)
                .containsExactlyInAnyOrderElementsOf(
                        read.comments.stream().map(comment -> comment.id).toList());
    }

    @Test
    void p22AFunctionMustReturnTheAssociatedEntities() {
        Post post = post("1");
        comment("a", post, null);
        assertThatThrownBy(() -> repo.preload(
                        repo.getOrThrow(Post.class, post.id),
                        Preload.of("comments").by("comments", keys -> List.of("no comment"))))
                .isInstanceOf(RuntimeException.class)
                .hasMessageContaining("comments");
    }

    @Test
    void p25TheEntitiesOfASubqueryArePreloaded() {
        Post post = post("1");
        post("2");
        comment("a", post, null);
        List<Post> posts = repo.all(
                from(Post.class).where(field("id").in(from(Comment.class).select(field("post.id")))),
                Preload.of("comments"));
        assertThat(posts)
                .singleElement()
                .satisfies(read -> assertThat(texts(read)).containsExactly("a"));
    }

    @Test
    void p36APreloadMayLookIntoAnotherSchema() {
        Post post = post("1");
        comment("here", post, null);
        refusesTheSchema(
                () -> repo.preload(repo.getOrThrow(Post.class, post.id), Preload.of("comments"), Schema.of("unknown")));
        orRefuses(Capability.SCHEMAS, () -> {
            Schema tenant = Schema.of(database.tenant());
            database.execute("insert into tenant.posts select * from posts");
            Post read = repo.getOrThrow(Post.class, post.id);
            assertThat(texts(repo.preload(read, Preload.of("comments"), tenant)))
                    .isEmpty();
            assertThat(texts(repo.preload(read, Preload.of("comments").force())))
                    .containsExactly("here");
        });
    }
}
