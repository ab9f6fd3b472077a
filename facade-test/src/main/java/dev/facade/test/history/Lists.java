package dev.facade.test.history;

import dev.facade.FacadeRepository;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.Table;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Two tables of lists that only grow. An item names the length that its part's list had when it was written. */
final class Lists {

    /** How many parts there are. */
    static final int PARTS = 6;

    /** How many items there are. */
    static final int ITEMS = 12;

    static final List<Class<?>> ENTITIES = List.of(Part.class, Item.class);

    private Lists() {}

    /** A row with a list. */
    @MappedSuperclass
    abstract static class Listed {

        @Id
        Integer id;

        @Column(length = 100_000)
        String list = "";

        void append(int value) {
            list = list.isEmpty() ? Integer.toString(value) : list + "," + value;
        }

        int[] values() {
            return list.isEmpty()
                    ? new int[0]
                    : Arrays.stream(list.split(",")).mapToInt(Integer::parseInt).toArray();
        }
    }

    @Entity(name = "ListedPart")
    @Table(name = "listed_part")
    static class Part extends Listed {}

    /** Belongs to a part. */
    @Entity(name = "ListedItem")
    @Table(name = "listed_item")
    static class Item extends Listed {

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "part_id")
        @Nullable
        Part part;

        int named;
    }

    /** Makes all lists empty. */
    static void clear(FacadeRepository repo) {
        repo.deleteAll(Item.class);
        repo.deleteAll(Part.class);
        for (int i = 0; i < PARTS; i++) {
            Part part = new Part();
            part.id = i;
            repo.insert(part);
        }
        for (int i = 0; i < ITEMS; i++) {
            Item item = new Item();
            item.id = i;
            item.part = new Part();
            item.part.id = partOf(i);
            repo.insert(item);
        }
    }

    /** The part of an item. */
    static int partOf(int item) {
        return item % PARTS;
    }

    /** A list's name in the history. */
    static String part(int id) {
        return "part/" + id;
    }

    /** A list's name in the history. */
    static String item(int id) {
        return "item/" + id;
    }
}
