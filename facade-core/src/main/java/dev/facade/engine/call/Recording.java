package dev.facade.engine.call;

import dev.facade.cluster.Node;
import dev.facade.cluster.Sample;
import dev.facade.engine.journey.RouteObserver;
import dev.facade.event.FacadeListener;
import dev.facade.event.FailureClass;
import dev.facade.event.OperationEvent;
import dev.facade.event.OperationEvent.Attempt;
import dev.facade.event.Reason;
import dev.facade.event.Receipt;
import dev.facade.event.Role;
import dev.facade.event.Route;
import dev.facade.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The record of one operation on its way to the listener; silent when nobody listens. Used by one thread. */
public abstract class Recording implements RouteObserver {

    private static final Logger LOG = LoggerFactory.getLogger(Recording.class);
    private static final Recording SILENT = new Silent();

    static Recording of(FacadeListener listener, Ticker ticker, String operation, String subject) {
        return listener == FacadeListener.noop() ? SILENT : new Heard(listener, null, ticker, operation, subject);
    }

    /** The recording of a read, which may have been asked for its receipt. */
    static Recording of(
            FacadeListener listener,
            Receipt.@Nullable Recipient recipient,
            Ticker ticker,
            String operation,
            String subject) {
        return recipient == null
                ? of(listener, ticker, operation, subject)
                : new Heard(listener, recipient.consumer(), ticker, operation, subject);
    }

    /** Nobody hears of it. */
    public static Recording silent() {
        return SILENT;
    }

    /** Tells whether anybody will hear of it. */
    public abstract boolean isHeard();

    /** A read's level applies: it runs in no transaction that is open already. */
    public abstract void asked(String level);

    /** The replica that it is routed to has shown a sample. */
    public abstract void proved(Sample sample, OptionalLong stalenessNanos);

    public abstract void succeeded(@Nullable Object result);

    public abstract void failed(Throwable error);

    private static final class Silent extends Recording {

        @Override
        public void routed(Node node, Reason reason) {}

        @Override
        public void failed(Node node, FailureClass failure, Throwable error) {}

        @Override
        public boolean isHeard() {
            return false;
        }

        @Override
        public void asked(String level) {}

        @Override
        public void proved(Sample sample, OptionalLong stalenessNanos) {}

        @Override
        public void succeeded(@Nullable Object result) {}

        @Override
        public void failed(Throwable error) {}
    }

    private static final class Heard extends Recording {

        private final FacadeListener listener;
        private final @Nullable Consumer<? super Receipt> recipient;
        private final Ticker ticker;
        private final String operation;
        private final String subject;
        private final long start;
        private final List<Attempt> attempts = new ArrayList<>(0);
        private @Nullable Route route;
        private @Nullable String level;
        private @Nullable String position;
        private @Nullable Duration staleness;
        private long waitedNanos;

        Heard(
                FacadeListener listener,
                @Nullable Consumer<? super Receipt> recipient,
                Ticker ticker,
                String operation,
                String subject) {
            this.listener = listener;
            this.recipient = recipient;
            this.ticker = ticker;
            this.operation = operation;
            this.subject = subject;
            this.start = ticker.nanos();
        }

        @Override
        public void routed(Node node, Reason reason) {
            boolean present = node.role() == Role.MASTER && reason != Reason.JOINED_TRANSACTION;
            route = new Route(node.name(), node.role(), reason);
            position = null;
            staleness = present ? Duration.ZERO : null;
        }

        @Override
        public void failed(Node node, FailureClass failure, Throwable error) {
            attempts.add(new Attempt(node.name(), failure, error));
        }

        @Override
        public void waited(long nanos) {
            waitedNanos += nanos;
        }

        @Override
        public boolean isHeard() {
            return true;
        }

        @Override
        public void asked(String level) {
            this.level = level;
        }

        @Override
        public void proved(Sample sample, OptionalLong stalenessNanos) {
            position = sample.position().text();
            staleness = stalenessNanos.isPresent() ? Duration.ofNanos(stalenessNanos.getAsLong()) : null;
        }

        @Override
        public void succeeded(@Nullable Object result) {
            tell(result, null);
        }

        @Override
        public void failed(Throwable error) {
            tell(null, error);
        }

        private void tell(@Nullable Object result, @Nullable Throwable error) {
            long elapsed = ticker.nanos() - start;
            Duration shown = error == null ? staleness : null; // what has failed has shown nothing
            Receipt receipt = new Receipt(route, level, position, shown, Duration.ofNanos(waitedNanos), attempts);
            Consumer<? super Receipt> asker = recipient;
            if (asker != null) {
                safely(asker, () -> asker.accept(receipt));
            }
            OperationEvent event = new OperationEvent(operation, subject, receipt, elapsed, rows(result), error);
            safely(listener, () -> listener.onOperation(event));
        }

        /** Throws nothing, whatever a listener throws: the operation has ended, and a commit stays a success. */
        private void safely(Object hearer, Runnable telling) {
            try {
                telling.run();
            } catch (Throwable failure) {
                LOG.warn("listener {} failed on {}", hearer, operation, failure);
            }
        }

        private static long rows(@Nullable Object result) {
            if (result instanceof Collection<?> many) {
                return many.size();
            }
            if (result instanceof Optional<?> maybe) {
                return maybe.isPresent() ? 1 : 0;
            }
            return result instanceof Long count ? count : -1;
        }
    }
}
