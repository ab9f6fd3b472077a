package blog;

import static dev.facade.query.Expression.field;
import static dev.facade.query.Query.from;

import dev.facade.FacadeRepository;
import dev.facade.changeset.Changeset;
import dev.facade.changeset.Result;
import dev.facade.hibernate.HibernateFacade;
import java.util.List;
import java.util.Map;

public final class Blog {

    private final FacadeRepository repo;

    public Blog(FacadeRepository repo) {
        this.repo = repo;
    }

    /** One for the whole application. It opens a pool for each node. */
    public static FacadeRepository connect(String master, String berlin, String paris, String user, String password) {
        return HibernateFacade.builder()
                .master(master)
                .replica("berlin", berlin)
                .replica("paris", paris)
                .credentials(user, password)
                .entities(Post.class)
                .hibernate("hibernate.hbm2ddl.auto", "update") // for this example; reaches the master only
                .build();
    }

    /** A form becomes a row, or errors of its fields. On the master. */
    public Result<Post> publish(Map<String, ?> form) {
        return repo.insert(Changeset.cast(new Post(""), form, "title").validate());
    }

    /** On a replica that has seen what this thread has written. */
    public List<Post> popular() {
        return repo.all(
                from(Post.class).where(field("likes").gt(100)).orderBy(field("likes").desc()).limit(10));
    }

    /** All or nothing, on the master. */
    public void like(Long id) {
        repo.transaction(() -> {
            Post post = repo.getOrThrow(Post.class, id);
            return repo.update(Changeset.change(post, Map.of("likes", post.getLikes() + 1)));
        });
    }
}
