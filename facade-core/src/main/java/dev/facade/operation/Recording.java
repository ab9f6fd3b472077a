package dev.facade.operation;

import dev.facade.cluster.Node;
import dev.facade.event.Attempt;
import dev.facade.event.FacadeListener;
import dev.facade.event.FailureClass;
import dev.facade.event.OperationEvent;
import dev.facade.event.Reason;
import dev.facade.event.Route;
import dev.facade.routing.RouteObserver;
import dev.facade.time.Ticker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one operation does, on its way to the listener; silent when nobody listens. Used by one thread. */
abstract class Recording implements RouteObserver {

    private static final Logger LOG = LoggerFactory.getLogger(Recording.class);
    private static final Recording SILENT = new Silent();

    static Recording of(FacadeListener listener, Ticker ticker, String operation, String subject) {
        return listener == FacadeListener.noop() ? SILENT : new Heard(listener, ticker, operation, subject);
    }

    abstract void succeeded(@Nullable Object result);

    abstract void failed(Throwable error);

    private static final class Silent extends Recording {

        @Override
        public void routed(Node node, Reason reason) {}

        @Override
        public void failed(Node node, FailureClass failure, Throwable error) {}

        @Override
        void succeeded(@Nullable Object result) {}

        @Override
        void failed(Throwable error) {}
    }

    private static final class Heard extends Recording {

        private final FacadeListener listener;
        private final Ticker ticker;
        private final String operation;
        private final String subject;
        private final long start;
        private final List<Attempt> attempts = new ArrayList<>(0);
        private @Nullable Route route;

        Heard(FacadeListener listener, Ticker ticker, String operation, String subject) {
            this.listener = listener;
            this.ticker = ticker;
            this.operation = operation;
            this.subject = subject;
            this.start = ticker.nanos();
        }

        @Override
        public void routed(Node node, Reason reason) {
            route = new Route(node.name(), node.role(), reason);
        }

        @Override
        public void failed(Node node, FailureClass failure, Throwable error) {
            attempts.add(new Attempt(node.name(), failure, error));
        }

        @Override
        void succeeded(@Nullable Object result) {
            tell(result, null);
        }

        @Override
        void failed(Throwable error) {
            tell(null, error);
        }

        /** Throws nothing, whatever a listener throws: the operation has ended, and a commit stays a success. */
        private void tell(@Nullable Object result, @Nullable Throwable error) {
            try {
                long elapsed = ticker.nanos() - start;
                listener.onOperation(
                        new OperationEvent(operation, subject, route, attempts, elapsed, rows(result), error));
            } catch (Throwable failure) {
                LOG.warn("listener {} failed on {}", listener, operation, failure);
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
