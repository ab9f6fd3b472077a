package dev.facade.hibernate;

import dev.facade.spi.ProviderExtension.WriteObserver;
import dev.facade.spi.ProviderExtension.Writing;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.event.service.spi.EventListenerRegistry;
import org.hibernate.event.spi.AbstractCollectionEvent;
import org.hibernate.event.spi.AbstractDatabaseOperationEvent;
import org.hibernate.event.spi.EventType;
import org.hibernate.event.spi.PostCollectionRecreateEvent;
import org.hibernate.event.spi.PostCollectionRecreateEventListener;
import org.hibernate.event.spi.PostCollectionRemoveEvent;
import org.hibernate.event.spi.PostCollectionRemoveEventListener;
import org.hibernate.event.spi.PostCollectionUpdateEvent;
import org.hibernate.event.spi.PostCollectionUpdateEventListener;
import org.hibernate.event.spi.PostDeleteEvent;
import org.hibernate.event.spi.PostDeleteEventListener;
import org.hibernate.event.spi.PostInsertEvent;
import org.hibernate.event.spi.PostInsertEventListener;
import org.hibernate.event.spi.PostUpdateEvent;
import org.hibernate.event.spi.PostUpdateEventListener;
import org.hibernate.event.spi.PostUpsertEvent;
import org.hibernate.event.spi.PostUpsertEventListener;

/**
 * Hears what a factory's sessions flush, and tells it at the end of each transaction. Thread-safe. A factory has one; it
 * keeps none of those that listen alive.
 */
final class FlushListener
        implements PostInsertEventListener,
                PostUpdateEventListener,
                PostDeleteEventListener,
                PostUpsertEventListener,
                PostCollectionRecreateEventListener,
                PostCollectionUpdateEventListener,
                PostCollectionRemoveEventListener {

    private static final Map<SessionFactoryImplementor, FlushListener> KNOWN =
            Collections.synchronizedMap(new WeakHashMap<>());

    private final List<WeakReference<WriteObserver>> observers = new CopyOnWriteArrayList<>();
    private final Map<SharedSessionContractImplementor, Ending> open = Collections.synchronizedMap(new WeakHashMap<>());

    /** What is to be done at the end of a transaction. */
    private record Ending(Map<Writing, Set<String>> writings, List<Runnable> hooks) {}

    private FlushListener() {}

    static void register(SessionFactoryImplementor factory, WriteObserver observer) {
        List<WeakReference<WriteObserver>> observers =
                KNOWN.computeIfAbsent(factory, FlushListener::listening).observers;
        observers.removeIf(known -> known.get() == null);
        observers.add(new WeakReference<>(observer));
    }

    static boolean join(SharedSessionContractImplementor session, Writing writing) {
        FlushListener listener = KNOWN.get(session.getFactory());
        if (listener == null) {
            return false;
        }
        listener.ending(session).writings.putIfAbsent(writing, new HashSet<>());
        return true;
    }

    static boolean afterCommit(SharedSessionContractImplementor session, Runnable hook) {
        FlushListener listener = KNOWN.get(session.getFactory());
        return listener != null && listener.ending(session).hooks.add(hook);
    }

    private static FlushListener listening(SessionFactoryImplementor factory) {
        FlushListener listener = new FlushListener();
        EventListenerRegistry registry =
                Objects.requireNonNull(factory.getServiceRegistry().getService(EventListenerRegistry.class));
        registry.getEventListenerGroup(EventType.POST_INSERT).appendListener(listener);
        registry.getEventListenerGroup(EventType.POST_UPDATE).appendListener(listener);
        registry.getEventListenerGroup(EventType.POST_DELETE).appendListener(listener);
        registry.getEventListenerGroup(EventType.POST_UPSERT).appendListener(listener);
        registry.getEventListenerGroup(EventType.POST_COLLECTION_RECREATE).appendListener(listener);
        registry.getEventListenerGroup(EventType.POST_COLLECTION_UPDATE).appendListener(listener);
        registry.getEventListenerGroup(EventType.POST_COLLECTION_REMOVE).appendListener(listener);
        return listener;
    }

    @Override
    public void onPostInsert(PostInsertEvent event) {
        wrote(event);
    }

    @Override
    public void onPostUpdate(PostUpdateEvent event) {
        wrote(event);
    }

    @Override
    public void onPostDelete(PostDeleteEvent event) {
        wrote(event);
    }

    @Override
    public void onPostUpsert(PostUpsertEvent event) {
        wrote(event);
    }

    @Override
    public void onPostRecreateCollection(PostCollectionRecreateEvent event) {
        wrote(event);
    }

    @Override
    public void onPostUpdateCollection(PostCollectionUpdateEvent event) {
        wrote(event);
    }

    @Override
    public void onPostRemoveCollection(PostCollectionRemoveEvent event) {
        wrote(event);
    }

    private void wrote(AbstractDatabaseOperationEvent event) {
        wrote(event.getSession(), MappedTables.spaces(event.getPersister()));
    }

    private void wrote(AbstractCollectionEvent event) {
        if (event.getCollectionPersister() != null) {
            wrote(event.getSession(), MappedTables.spaces(event.getCollectionPersister()));
        }
    }

    private void wrote(SharedSessionContractImplementor session, Collection<String> tables) {
        Map<Writing, Set<String>> writings = ending(session).writings;
        for (WeakReference<WriteObserver> known : observers) {
            WriteObserver observer = known.get();
            if (observer != null) {
                writings.computeIfAbsent(observer.writing(), any -> new HashSet<>())
                        .addAll(tables);
            }
        }
    }

    private Ending ending(SharedSessionContractImplementor session) {
        return open.computeIfAbsent(session, any -> {
            session.getTransactionCompletionCallbacks()
                    .registerCallback(
                            (boolean committed, SharedSessionContractImplementor ended) -> ended(ended, committed));
            return new Ending(new HashMap<>(), new ArrayList<>());
        });
    }

    private void ended(SharedSessionContractImplementor session, boolean committed) {
        Ending ending = open.remove(session);
        if (ending != null) {
            Set<String> all = new HashSet<>();
            ending.writings.values().forEach(all::addAll);
            ending.writings.keySet().forEach(writing -> writing.ended(all, committed));
            if (committed) {
                ending.hooks.forEach(Runnable::run);
            }
        }
    }
}
