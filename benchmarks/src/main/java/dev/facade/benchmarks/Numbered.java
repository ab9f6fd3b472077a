package dev.facade.benchmarks;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

/** A row of six columns, whose key comes from a sequence that counts by fifty. */
@Entity
class Numbered {

    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE)
    @Nullable
    Long id;

    String sensor;
    int amount;
    double reading;
    boolean checked;
    String note;

    protected Numbered() {}

    Numbered(long row) {
        Measurement same = new Measurement(row);
        this.sensor = same.sensor;
        this.amount = same.amount;
        this.reading = same.reading;
        this.checked = same.checked;
        this.note = same.note;
    }
}
