package dev.facade.hibernate;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** An entity with an assigned key and no version: only the database knows whether it is new. */
@Entity
class Author {

    @Id
    String name;

    String country;

    protected Author() {}

    Author(String name, String country) {
        this.name = name;
        this.country = country;
    }

    /** Not the field: an author may be a proxy, whose own fields are empty. */
    public String country() {
        return country;
    }
}
