package dev.facade.hibernate.mapping;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import java.util.ArrayList;
import java.util.List;

/** Associations. */
final class AssociationKinds {

    private AssociationKinds() {}

    static final List<Kind<?>> ALL = List.of(
            Kind.of("to-one, lazy", LazyOne.class, LazyOne::new)
                    .with(Target.class)
                    .needs(() -> List.of(new Target(1), new Target(2)))
                    .change("name", "changed")
                    .change("target", new Target(2))
                    .preload("target"),
            Kind.of("one-to-many, mappedBy, cascaded", Parent.class, Parent::new)
                    .with(Child.class)
                    .change("name", "changed")
                    .preload("children"));

    @Entity
    static class Target {
        @Id
        long id;

        String title;

        protected Target() {}

        Target(int number) {
            id = number;
            title = "target " + number;
        }
    }

    @Entity
    static class LazyOne {
        @Id
        long id;

        String name;

        @ManyToOne(fetch = FetchType.LAZY)
        Target target;

        protected LazyOne() {}

        LazyOne(int number) {
            id = number;
            name = "name " + number;
            target = number == 3 ? null : new Target(1);
        }
    }

    @Entity
    static class Parent {
        @Id
        long id;

        String name;

        @OneToMany(mappedBy = "parent", cascade = CascadeType.ALL)
        List<Child> children = new ArrayList<>();

        protected Parent() {}

        Parent(int number) {
            id = number;
            name = "name " + number;
            for (int child = 1; child < number; child++) {
                children.add(new Child(number * 10 + child, this));
            }
        }
    }

    @Entity
    static class Child {
        @Id
        long id;

        @ManyToOne(fetch = FetchType.LAZY)
        Parent parent;

        protected Child() {}

        Child(long id, Parent parent) {
            this.id = id;
            this.parent = parent;
        }
    }
}
