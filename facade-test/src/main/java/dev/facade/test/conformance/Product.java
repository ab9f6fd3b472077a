package dev.facade.test.conformance;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;

/** Ecto's Product: prices that a check guards, and ranges that must not overlap where the database can say so. */
@Entity
@Table(name = "products")
class Product {

    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "products_id_seq")
    @SequenceGenerator(name = "products_id_seq", sequenceName = "products_id_seq", allocationSize = 50)
    Long id;

    String name;

    /** Positive, says the check constraint {@code positive_price}. */
    Integer price;

    @Column(name = "from_day")
    Integer fromDay;

    /** Ranges must not overlap, says the exclusion constraint {@code cannot_overlap}. */
    @Column(name = "to_day")
    Integer toDay;

    /** Ten where nobody says otherwise, says the table. */
    Integer stock;

    protected Product() {}

    Product(String name, Integer price) {
        this.name = name;
        this.price = price;
    }

    static Product ranging(Integer fromDay, Integer toDay) {
        Product product = new Product("range", 1);
        product.fromDay = fromDay;
        product.toDay = toDay;
        return product;
    }
}
