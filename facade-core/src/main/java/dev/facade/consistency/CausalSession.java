package dev.facade.consistency;

import dev.facade.cluster.Position;
import java.util.Optional;

/**
 * One user's reads and writes, in their order: reads that follow a write see it, and no read is older than one before.
 * Thread-safe; a request, a job or a message has one, and hands it on when it changes threads.
 *
 * <p>A write says only that something was committed by now; how far the master was then is learned from its next
 * sample, so that no write pays for it. The need is of the tables that were written, with those that their rows refer
 * to, or of all if they are not known, and so is that of what was read on the master. After a read from one replica,
 * nobody knows whether another one has those rows before the first has been sampled again. Until then the session stays
 * on that replica; for a reader without pauses that is seen to twice a second.
 *
 * <pre>{@code
 * CausalSession session = CausalSession.begin();
 * repo.inSession(session, () -> repo.insert(new Post("Hello")));
 * List<Post> seen = repo.inSession(session, () -> repo.all(Post.class)); // "Hello" is among them
 * }</pre>
 */
public sealed interface CausalSession permits TrackedSession {

    /**
     * Begins a session that has seen nothing.
     *
     * @return the session
     */
    static CausalSession begin() {
        return new TrackedSession();
    }

    /**
     * Returns how far a reader must be that is to see all that this session has seen, as far as that is known.
     *
     * @return the position; empty if it has seen nothing
     */
    Optional<Position> position();
}
