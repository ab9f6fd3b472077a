package dev.facade.test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a relayed connection: what was read and not yet written, in order, and how it ended.
 *
 * <p>Belongs to the relay's thread.
 */
final class RelayFlow {

    /** How much is held before the sender has to wait, as it has to when a receiver's window is full. */
    private static final int LIMIT = 4 << 20;

    private enum End {
        FINISHED,
        RESET
    }

    private record Chunk(ByteBuffer data, long readAt, long throughAt) {}

    private final SocketChannel source;
    private final SocketChannel sink;
    private final RelayLine line;
    private final Runnable beforeForward;
    private final Deque<Chunk> held = new ArrayDeque<>();
    private long heldBytes;
    private long freeAt = System.nanoTime();
    private boolean blocked;
    private @Nullable End end;
    private long endedAt;
    private boolean finished;

    /** {@code beforeForward} runs before data is written to the sink. */
    RelayFlow(SocketChannel source, SocketChannel sink, RelayLine line, Runnable beforeForward) {
        this.source = source;
        this.sink = sink;
        this.line = line;
        this.beforeForward = beforeForward;
    }

    boolean wantsRead() {
        return end == null && heldBytes < LIMIT;
    }

    boolean wantsWrite() {
        return blocked;
    }

    /** Tells whether everything has been passed on, the end of the data included. */
    boolean isFinished() {
        return finished;
    }

    void read(ByteBuffer buffer, long now) {
        buffer.clear();
        try {
            if (source.read(buffer) < 0) {
                end(End.FINISHED, now);
            }
        } catch (IOException e) {
            end(End.RESET, now);
        }
        buffer.flip();
        if (buffer.hasRemaining()) {
            heldBytes += buffer.remaining();
            freeAt = line.throughAt(now, freeAt, buffer.remaining());
            ByteBuffer copy = ByteBuffer.allocate(buffer.remaining());
            held.add(new Chunk(copy.put(buffer).flip(), now, freeAt));
        }
    }

    /**
     * Passes on what is due.
     *
     * @throws IOException if the connection has to be reset
     */
    void forward(long now) throws IOException {
        blocked = false;
        if (line.isBlackHole()) {
            return;
        }
        for (Chunk chunk = held.peek(); chunk != null && dueAt(chunk) - now <= 0; chunk = held.peek()) {
            beforeForward.run();
            heldBytes -= sink.write(chunk.data());
            if (chunk.data().hasRemaining()) {
                blocked = true;
                return;
            }
            held.remove();
        }
        if (end != null && held.isEmpty() && !finished && line.dueAt(endedAt, freeAt) - now <= 0) {
            passOnEnd();
        }
    }

    /** When the next thing is to be passed on, or {@code null} if there is none or the sink is not ready. */
    @Nullable
    Long nextDueAt() {
        if (blocked || finished || line.isBlackHole()) {
            return null;
        }
        Chunk first = held.peek();
        if (first != null) {
            return dueAt(first);
        }
        return end == null ? null : line.dueAt(endedAt, freeAt);
    }

    private long dueAt(Chunk chunk) {
        return line.dueAt(chunk.readAt(), chunk.throughAt());
    }

    private void passOnEnd() throws IOException {
        if (end == End.RESET) {
            throw new IOException("connection reset");
        }
        sink.shutdownOutput();
        finished = true;
    }

    private void end(End how, long now) {
        end = how;
        endedAt = now;
    }
}
