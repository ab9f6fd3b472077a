package dev.facade.benchmarks;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** A row of six columns, whose key the program assigns. */
@Entity
class Measurement {

    @Id
    Long id;

    String sensor;
    int amount;
    double reading;
    boolean checked;
    String note;

    protected Measurement() {}

    Measurement(long id) {
        this.id = id;
        this.sensor = "sensor " + id % 1000;
        this.amount = (int) (id % 100);
        this.reading = id / 7.0;
        this.checked = id % 2 == 0;
        this.note = "row number " + id;
    }
}
