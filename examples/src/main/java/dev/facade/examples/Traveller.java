package dev.facade.examples;

import dev.facade.changeset.Changeset;
import dev.facade.changeset.Changeset.Length;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Table;
import jakarta.persistence.UniqueConstraint;
import jakarta.persistence.Version;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Somebody who collects stamps in a passport. */
@Entity
@Table(uniqueConstraints = @UniqueConstraint(name = "traveller_email_index", columnNames = "email"))
public class Traveller {

    private static final Pattern EMAIL = Pattern.compile("^\\S+@\\S+$");

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    private String name = "";

    private String email = "";

    @SuppressWarnings("unused") // written by changesets
    private @Nullable LocalDate born;

    @OneToMany(mappedBy = "traveller")
    @OrderBy("id")
    private List<Stamp> stamps = new ArrayList<>();

    @Version
    private @Nullable Long version;

    /** The changeset of a form; the one place where it is told what is right. */
    Changeset<Traveller> with(Map<String, String> form) {
        return Changeset.cast(this, form, "name", "email", "born")
                .validateRequired("name", "email", "born")
                .validateLength("name", Length.atMost(40))
                .validateFormat("email", EMAIL)
                .uniqueConstraint("email");
    }

    String name() {
        return name;
    }

    /** New ones, of these countries. */
    List<Stamp> stamps(List<Country> countries) {
        return countries.stream().map(country -> new Stamp(this, country)).toList();
    }

    /** In the order in which they were got. */
    List<Stamp> stamps() {
        return stamps;
    }

    @Override
    public String toString() {
        return name + " <" + email + ">";
    }
}
