package blog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.facade.FacadeRepository;
import dev.facade.test.PostgresCluster;
import dev.facade.test.PostgresNode;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BlogTest {

    @Test
    void seesItsOwnWritesThoughReplicasStandStill() {
        try (PostgresCluster cluster =
                        PostgresCluster.builder().replicas("berlin", "paris").start();
                FacadeRepository repo = connect(cluster)) {
            Blog blog = new Blog(repo);
            assertFalse(blog.publish(Map.of("title", " ")).isOk());

            cluster.replicas().forEach(PostgresNode::pauseReplay);
            Post post = blog.publish(Map.of("title", "Hello")).orElseThrow();
            blog.like(post.getId());
            assertEquals(1, repo.getOrThrow(Post.class, post.getId()).getLikes());
            assertEquals(0, blog.popular().size());
        }
    }

    private static FacadeRepository connect(PostgresCluster cluster) {
        PostgresNode master = cluster.master();
        return Blog.connect(
                master.url(),
                cluster.replica("berlin").url(),
                cluster.replica("paris").url(),
                master.user(),
                master.password());
    }
}
