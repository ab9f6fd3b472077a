package dev.facade.test.conformance;

import jakarta.persistence.CollectionTable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.ForeignKey;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import java.util.ArrayList;
import java.util.List;

/** Ecto's Order: embeds one item and many. */
@Entity(name = "Orders")
@Table(name = "orders")
class Order {

    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "orders_id_seq")
    @SequenceGenerator(name = "orders_id_seq", sequenceName = "orders_id_seq", allocationSize = 50)
    Long id;

    String label;

    @Embedded
    Item item;

    @ElementCollection
    @CollectionTable(
            name = "orders_items",
            joinColumns = @JoinColumn(name = "order_id"),
            foreignKey = @ForeignKey(name = "orders_items_order_id_fkey"))
    @OrderColumn(name = "place")
    List<Item> items = new ArrayList<>();

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "permalink_id", foreignKey = @ForeignKey(name = "orders_permalink_id_fkey"))
    Permalink permalink;

    protected Order() {}

    Order(String label) {
        this.label = label;
    }
}
