package dev.facade.event;

import dev.facade.event.OperationEvent.Attempt;
import dev.facade.option.ReadOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The node on which an operation ran, and how fresh that node was. Immutable.
 *
 * <p>A figure that is not known is null, never zero. The figures of a replica are those of its last sample, if that
 * holds on the connection that was read on; at level {@code EVENTUAL} nothing is asked for them.
 *
 * <pre>{@code
 * repo.all(Post.class, Receipt.to(receipt -> System.out.println(receipt.route())));
 * }</pre>
 *
 * @param route where it ran last, or null when it reached no node
 * @param level how fresh a read had to be, such as {@code SESSION}; null of what is no read, or is an open
 *     transaction's
 * @param position how far the replica was at least, in the form of {@code Position.text()}; null of the master, and
 *     where it is not known
 * @param staleness how old what the node had can have been at most when the reading there began; zero for the master,
 *     null where it is not known, as in a transaction that was already open
 * @param waited how long the read waited for a replica to become fresh enough
 * @param attempts the failed attempts, in their order
 */
public record Receipt(
        @Nullable Route route,
        @Nullable String level,
        @Nullable String position,
        @Nullable Duration staleness,
        Duration waited,
        List<Attempt> attempts) {

    /**
     * Checks and copies the components.
     *
     * @param route where it ran last, or null when it reached no node
     * @param level how fresh a read had to be, or null
     * @param position how far the replica was at least, or null
     * @param staleness how old what the node had can have been at most, or null
     * @param waited how long the read waited
     * @param attempts the failed attempts, in their order
     */
    public Receipt {
        Objects.requireNonNull(waited, "waited");
        attempts = List.copyOf(attempts);
    }

    /**
     * Asks a read for its receipt.
     *
     * @param recipient gets it when the read has ended, well or not, on the thread that ran it, before its call returns;
     *     a stream's when it was opened, a transaction's when it has ended. What it throws is logged and changes nothing
     * @return the option
     */
    public static Recipient to(Consumer<? super Receipt> recipient) {
        return new Recipient(recipient);
    }

    /**
     * The recipient of a read's receipt.
     *
     * @param consumer is handed the receipt
     */
    public record Recipient(Consumer<? super Receipt> consumer) implements ReadOption {

        /**
         * Checks the component.
         *
         * @param consumer is handed the receipt
         */
        public Recipient {
            Objects.requireNonNull(consumer, "consumer");
        }
    }
}
