package dev.facade.hibernate;

import jakarta.persistence.metamodel.SingularAttribute;
import jakarta.persistence.metamodel.StaticMetamodel;

/** What a metamodel generator writes for {@link Author}. */
@StaticMetamodel(Author.class)
public abstract class Author_ {

    public static volatile SingularAttribute<Author, String> name;

    private Author_() {}
}
