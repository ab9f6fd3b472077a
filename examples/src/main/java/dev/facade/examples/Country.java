package dev.facade.examples;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Version;
import java.util.Objects;
import org.hibernate.annotations.Formula;
import org.jspecify.annotations.Nullable;

/** A country of ISO 3166. Each row that is read carries the port of the server that answered. */
@Entity
public class Country {

    @Id
    @Column(length = 2)
    private String code = "";

    private String name = "";

    @SuppressWarnings("unused") // changed and counted in the database only
    private int visits;

    @ManyToOne(fetch = FetchType.LAZY)
    private @Nullable Currency currency;

    @Formula("inet_server_port()")
    private @Nullable Integer serverPort;

    @Version
    private @Nullable Long version;

    /** For Hibernate. */
    protected Country() {}

    Country(String code, String name, @Nullable Currency currency) {
        this.code = code;
        this.name = name;
        this.currency = currency;
    }

    String code() {
        return code;
    }

    String name() {
        return name;
    }

    /** Null where none circulates, as in Antarctica. */
    @Nullable
    Currency currency() {
        return currency;
    }

    /** The database's own word on where this was read; the facade has no say in it. */
    int serverPort() {
        return Objects.requireNonNull(serverPort, "serverPort");
    }

    void rename(String newName) {
        name = newName;
    }

    void visit() {
        visits++;
    }

    @Override
    public String toString() {
        return name;
    }
}
