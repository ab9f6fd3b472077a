package dev.facade.test.conformance;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.PrePersist;
import jakarta.persistence.Table;
import java.util.UUID;

/** Ecto's type of ids that make themselves: a key that the entity gives itself when it is inserted. */
@Entity
@Table(name = "tokens")
class Token {

    @Id
    String code;

    String title;

    protected Token() {}

    Token(String title) {
        this.title = title;
    }

    @PrePersist
    void name() {
        if (code == null) {
            code = "token-" + UUID.randomUUID();
        }
    }
}
