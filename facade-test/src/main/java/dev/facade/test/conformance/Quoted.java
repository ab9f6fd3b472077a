package dev.facade.test.conformance;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A table and columns whose names need quotes: reserved words, capitals, a blank. */
@Entity
@Table(name = "\"Quoted table\"")
class Quoted {

    @Id
    @Column(name = "\"group\"")
    Integer group;

    @Column(name = "\"select\"")
    String select;

    @Column(name = "\"With blank\"")
    Integer blank;

    protected Quoted() {}

    Quoted(Integer group, String select, Integer blank) {
        this.group = group;
        this.select = select;
        this.blank = blank;
    }
}
