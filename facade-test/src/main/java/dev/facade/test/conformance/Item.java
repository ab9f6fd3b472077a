package dev.facade.test.conformance;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.FetchType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import java.time.LocalDate;
import java.util.Objects;

/** Ecto's Item: embedded, compared by its values. */
@Embeddable
class Item {

    String reference;

    Integer price;

    @Column(name = "valid_at")
    LocalDate validAt;

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "buyer_id")
    User buyer;

    protected Item() {}

    Item(String reference, Integer price, LocalDate validAt) {
        this.reference = reference;
        this.price = price;
        this.validAt = validAt;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Item that
                && Objects.equals(reference, that.reference)
                && Objects.equals(price, that.price)
                && Objects.equals(validAt, that.validAt);
    }

    @Override
    public int hashCode() {
        return Objects.hash(reference, price, validAt);
    }

    @Override
    public String toString() {
        return "Item " + reference + " " + price + " " + validAt;
    }
}
