package dev.facade.test.conformance;

import jakarta.persistence.Column;
import jakarta.persistence.PrePersist;
import jakarta.persistence.PreUpdate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** When a row was written first and last, in microseconds as databases keep them. */
@jakarta.persistence.MappedSuperclass
abstract class Timestamps {

    @Column(name = "inserted_at", nullable = false, updatable = false)
    LocalDateTime insertedAt;

    @Column(name = "updated_at", nullable = false)
    LocalDateTime updatedAt;

    @PrePersist
    void inserting() {
        LocalDateTime now = now();
        insertedAt = insertedAt == null ? now : insertedAt;
        updatedAt = updatedAt == null ? now : updatedAt;
    }

    @PreUpdate
    void updating() {
        updatedAt = now();
    }

    private static LocalDateTime now() {
        return LocalDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
    }
}
