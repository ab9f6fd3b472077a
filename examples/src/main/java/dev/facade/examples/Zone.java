package dev.facade.examples;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import org.jspecify.annotations.Nullable;

/** A time zone, with its standard distance from UTC. The JDK does not say which country it belongs to. */
@Entity
public class Zone {

    @Id
    private String id = "";

    private int offsetSeconds;

    @Version
    private @Nullable Long version;

    /** For Hibernate. */
    protected Zone() {}

    Zone(String id, int offsetSeconds) {
        this.id = id;
        this.offsetSeconds = offsetSeconds;
    }

    String id() {
        return id;
    }

    int offsetSeconds() {
        return offsetSeconds;
    }

    @Override
    public String toString() {
        return id + " (UTC" + (offsetSeconds < 0 ? "" : "+") + offsetSeconds / 3600.0 + ")";
    }
}
