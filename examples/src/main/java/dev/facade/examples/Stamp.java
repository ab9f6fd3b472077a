package dev.facade.examples;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import jakarta.persistence.UniqueConstraint;
import org.jspecify.annotations.Nullable;

/** A country in a traveller's passport: one stamp, however many visits. */
@Entity
@Table(uniqueConstraints = @UniqueConstraint(columnNames = {"traveller_id", "country_code"}))
public class Stamp {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    @SuppressWarnings("unused") // read in the database only: its column is the traveller's list
    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    private Traveller traveller;

    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    private Country country;

    private int visits = 1;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected Stamp() {}

    Stamp(Traveller traveller, Country country) {
        this.traveller = traveller;
        this.country = country;
    }

    Country country() {
        return country;
    }

    int visits() {
        return visits;
    }

    @Override
    public String toString() {
        return country + (visits == 1 ? "" : " (" + visits + ")");
    }
}
