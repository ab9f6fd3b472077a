package dev.facade.hibernate.mapping;

import dev.facade.hibernate.mapping.MadeKinds.Titled;
import jakarta.persistence.CascadeType;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKey;
import jakarta.persistence.MapKeyColumn;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.OrderColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hibernate.annotations.SQLOrder;
import org.hibernate.annotations.SQLRestriction;

/** Associations to many, and collections of elements. */
final class CollectionKinds {

    private CollectionKinds() {}

    static final List<Kind<?>> ALL = List.of(
            Kind.of("one-to-many, mappedBy", Parent.class, Parent::new)
                    .with(Child.class)
                    .change("name", "changed")
                    .mutate(parent -> {
                        parent.name = "changed";
                        parent.children.add(new Child(77, parent));
                    })
                    .preload("children"),
            Kind.of("one-to-many, mappedBy, orphanRemoval", Owner.class, Owner::new)
                    .with(Pet.class)
                    .change("name", "changed")
                    .mutate(owner -> owner.pets.removeIf(pet -> pet.id == 31))
                    .preload("pets"),
            Kind.of("one-to-many, mappedBy, no cascade", Loose.class, Loose::new)
                    .with(Piece.class)
                    .change("name", "changed")
                    .preload("pieces"),
            Kind.of("one-to-many, join column", Cart.class, Cart::new)
                    .with(Item.class)
                    .change("name", "changed")
                    .mutate(cart -> cart.items.add(new Item(77)))
                    .preload("items"),
            Kind.of("one-to-many, join column, orphanRemoval", Album.class, Album::new)
                    .with(Photo.class)
                    .change("name", "changed")
                    .mutate(album -> album.photos.removeIf(photo -> photo.id == 31))
                    .preload("photos"),
            Kind.of("one-to-many, join table", Team.class, Team::new)
                    .with(Player.class)
                    .change("name", "changed")
                    .mutate(team -> team.players.add(new Player(77)))
                    .preload("players"),
            Kind.of("one-to-many, @OrderBy", Book.class, Book::new)
                    .with(Chapter.class)
                    .change("name", "changed")
                    .preload("chapters"),
            Kind.of("one-to-many, @SQLOrder", Film.class, Film::new)
                    .with(Scene.class)
                    .change("name", "changed")
                    .preload("scenes"),
            Kind.of("one-to-many, @OrderColumn", Train.class, Train::new)
                    .with(Wagon.class)
                    .change("name", "changed")
                    .mutate(train -> train.wagons.add(0, new Wagon(77)))
                    .preload("wagons"),
            Kind.of("one-to-many, map by key", Bank.class, Bank::new)
                    .with(Account.class)
                    .change("name", "changed")
                    .preload("accounts"),
            Kind.of("one-to-many, @SQLRestriction", School.class, School::new)
                    .with(Pupil.class)
                    .change("name", "changed")
                    .preload("pupils"),
            Kind.of("many-to-many", Student.class, Student::new)
                    .with(Course.class)
                    .needs(() -> List.of(new Course(1), new Course(2), new Course(3)))
                    .change("name", "changed")
                    .mutate(student -> student.courses.removeIf(course -> course.id == 1))
                    .preload("courses"),
            Kind.of("many-to-many, inverse", Author.class, Author::new)
                    .with(Work.class)
                    .change("name", "changed")
                    .preload("works"),
            Kind.of("element collection, a set of basics", Tagged.class, Tagged::new)
                    .change("name", "changed")
                    .mutate(tagged -> tagged.tags.add("changed"))
                    .preload("tags"),
            Kind.of("element collection, an ordered list", Listed.class, Listed::new)
                    .change("name", "changed")
                    .mutate(listed -> listed.words.add(0, "changed"))
                    .preload("words"),
            Kind.of("element collection, a bag", Bagged.class, Bagged::new)
                    .change("name", "changed")
                    .mutate(bagged -> bagged.words.add("changed"))
                    .preload("words"),
            Kind.of("element collection, a map", Mapped.class, Mapped::new)
                    .change("name", "changed")
                    .mutate(mapped -> mapped.words.put("k", "changed"))
                    .preload("words"),
            Kind.of("element collection, eager", Eager.class, Eager::new)
                    .change("name", "changed")
                    .mutate(eager -> eager.words.add("changed"))
                    .preload("words"),
            Kind.of("element collection of embeddables", Contacts.class, Contacts::new)
                    .change("name", "changed")
                    .mutate(contacts -> contacts.phones.add(new Phone("changed", 7)))
                    .preload("phones"),
            Kind.of("one-to-many, to the same class", Node.class, Node::new)
                    .change("name", "changed")
                    .preload("nodes"));

    /** Whatever is collected. */
    @jakarta.persistence.MappedSuperclass
    abstract static class Part {
        @Id
        int id;

        String title;

        protected Part() {}

        Part(int id) {
            this.id = id;
            title = "part " + id;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Part part && part.getClass() == getClass() && part.id == id;
        }

        @Override
        public int hashCode() {
            return id;
        }
    }

    @Entity
    static class Parent extends Titled {
        @OneToMany(mappedBy = "parent", cascade = CascadeType.ALL)
        List<Child> children = new ArrayList<>();

        protected Parent() {}

        Parent(int number) {
            super(number);
            for (int part = 1; part < number; part++) {
                children.add(new Child(number * 10 + part, this));
            }
        }
    }

    @Entity
    static class Child extends Part {
        @ManyToOne(fetch = FetchType.LAZY)
        Parent parent;

        protected Child() {}

        Child(int id, Parent parent) {
            super(id);
            this.parent = parent;
        }
    }

    @Entity
    static class Owner extends Titled {
        @OneToMany(mappedBy = "owner", cascade = CascadeType.ALL, orphanRemoval = true)
        List<Pet> pets = new ArrayList<>();

        protected Owner() {}

        Owner(int number) {
            super(number);
            for (int part = 1; part < number; part++) {
                pets.add(new Pet(number * 10 + part, this));
            }
        }
    }

    @Entity
    static class Pet extends Part {
        @ManyToOne(fetch = FetchType.LAZY)
        Owner owner;

        protected Pet() {}

        Pet(int id, Owner owner) {
            super(id);
            this.owner = owner;
        }
    }

    @Entity
    static class Loose extends Titled {
        @OneToMany(mappedBy = "loose")
        List<Piece> pieces;

        protected Loose() {}

        Loose(int number) {
            super(number);
        }
    }

    @Entity
    static class Piece extends Part {
        @ManyToOne(fetch = FetchType.LAZY)
        Loose loose;

        protected Piece() {}
    }

    @Entity
    static class Cart extends Titled {
        @OneToMany(cascade = CascadeType.ALL)
        @JoinColumn(name = "cart_id")
        List<Item> items = new ArrayList<>();

        protected Cart() {}

        Cart(int number) {
            super(number);
            for (int part = 1; part < number; part++) {
                items.add(new Item(number * 10 + part));
            }
        }
    }

    @Entity
    static class Item extends Part {
        protected Item() {}

        Item(int id) {
            super(id);
        }
    }

    @Entity
    static class Album extends Titled {
        @OneToMany(cascade = CascadeType.ALL, orphanRemoval = true)
        @JoinColumn(name = "album_id", nullable = false)
        List<Photo> photos = new ArrayList<>();

        protected Album() {}

        Album(int number) {
            super(number);
            for (int part = 1; part < number; part++) {
                photos.add(new Photo(number * 10 + part));
            }
        }
    }

    @Entity
    static class Photo extends Part {
        protected Photo() {}

        Photo(int id) {
            super(id);
        }
    }

    @Entity
    static class Team extends Titled {
        @OneToMany(cascade = CascadeType.ALL)
        @JoinTable(name = "team_player")
        Set<Player> players = new LinkedHashSet<>();

        protected Team() {}

        Team(int number) {
            super(number);
            for (int part = 1; part < number; part++) {
                players.add(new Player(number * 10 + part));
            }
        }
    }

    @Entity
    static class Player extends Part {
        protected Player() {}

        Player(int id) {
            super(id);
        }
    }

    @Entity
    static class Book extends Titled {
        @OneToMany(mappedBy = "book", cascade = CascadeType.ALL)
        @OrderBy("title desc")
        List<Chapter> chapters = new ArrayList<>();

        protected Book() {}

        Book(int number) {
            super(number);
            for (int part = number - 1; part > 0; part--) {
                chapters.add(new Chapter(number * 10 + part, this));
            }
        }
    }

    @Entity
    static class Chapter extends Part {
        @ManyToOne(fetch = FetchType.LAZY)
        Book book;

        protected Chapter() {}

        Chapter(int id, Book book) {
            super(id);
            this.book = book;
        }
    }

    @Entity
    static class Film extends Titled {
        @OneToMany(mappedBy = "film", cascade = CascadeType.ALL)
        @SQLOrder("title desc")
        List<Scene> scenes = new ArrayList<>();

        protected Film() {}

        Film(int number) {
            super(number);
            for (int part = number - 1; part > 0; part--) {
                scenes.add(new Scene(number * 10 + part, this));
            }
        }
    }

    @Entity
    static class Scene extends Part {
        @ManyToOne(fetch = FetchType.LAZY)
        Film film;

        protected Scene() {}

        Scene(int id, Film film) {
            super(id);
            this.film = film;
        }
    }

    @Entity
    static class Train extends Titled {
        @OneToMany(cascade = CascadeType.ALL)
        @JoinColumn(name = "train_id")
        @OrderColumn(name = "place")
        List<Wagon> wagons = new ArrayList<>();

        protected Train() {}

        Train(int number) {
            super(number);
            for (int part = number - 1; part > 0; part--) {
                wagons.add(new Wagon(number * 10 + part));
            }
        }
    }

    @Entity
    static class Wagon extends Part {
        protected Wagon() {}

        Wagon(int id) {
            super(id);
        }
    }

    @Entity
    static class Bank extends Titled {
        @OneToMany(mappedBy = "bank", cascade = CascadeType.ALL)
        @MapKey(name = "title")
        Map<String, Account> accounts = new LinkedHashMap<>();

        protected Bank() {}

        Bank(int number) {
            super(number);
            for (int part = 1; part < number; part++) {
                Account account = new Account(number * 10 + part, this);
                accounts.put(account.title, account);
            }
        }
    }

    @Entity
    static class Account extends Part {
        @ManyToOne(fetch = FetchType.LAZY)
        Bank bank;

        protected Account() {}

        Account(int id, Bank bank) {
            super(id);
            this.bank = bank;
        }
    }

    @Entity
    static class School extends Titled {
        @OneToMany(mappedBy = "school", cascade = CascadeType.ALL)
        @SQLRestriction("id < 32")
        List<Pupil> pupils = new ArrayList<>();

        protected School() {}

        School(int number) {
            super(number);
            for (int part = 1; part < number; part++) {
                pupils.add(new Pupil(number * 10 + part, this));
            }
        }
    }

    @Entity
    static class Pupil extends Part {
        @ManyToOne(fetch = FetchType.LAZY)
        School school;

        protected Pupil() {}

        Pupil(int id, School school) {
            super(id);
            this.school = school;
        }
    }

    @Entity
    static class Student extends Titled {
        @ManyToMany
        @JoinTable(name = "student_course")
        Set<Course> courses = new LinkedHashSet<>();

        protected Student() {}

        Student(int number) {
            super(number);
            for (int part = 1; part < number; part++) {
                courses.add(new Course(part));
            }
        }
    }

    @Entity
    static class Course extends Part {
        protected Course() {}

        Course(int id) {
            super(id);
        }
    }

    @Entity
    static class Author extends Titled {
        @ManyToMany(mappedBy = "authors", cascade = CascadeType.PERSIST)
        Set<Work> works = new LinkedHashSet<>();

        protected Author() {}

        Author(int number) {
            super(number);
            for (int part = 1; part < number; part++) {
                works.add(new Work(number * 10 + part, this));
            }
        }
    }

    @Entity
    static class Work extends Part {
        @ManyToMany
        @JoinTable(name = "work_author")
        Set<Author> authors = new LinkedHashSet<>();

        protected Work() {}

        Work(int id, Author author) {
            super(id);
            authors.add(author);
        }
    }

    @Entity
    static class Tagged extends Titled {
        @ElementCollection
        @CollectionTable(name = "tagged_tag")
        Set<String> tags = new LinkedHashSet<>();

        protected Tagged() {}

        Tagged(int number) {
            super(number);
            for (int part = 1; part < number; part++) {
                tags.add("tag " + part);
            }
        }
    }

    @Entity
    static class Listed extends Titled {
        @ElementCollection
        @CollectionTable(name = "listed_word")
        @OrderColumn(name = "place")
        List<String> words = new ArrayList<>();

        protected Listed() {}

        Listed(int number) {
            super(number);
            for (int part = number - 1; part > 0; part--) {
                words.add("word " + part);
            }
        }
    }

    @Entity
    static class Bagged extends Titled {
        @ElementCollection
        @CollectionTable(name = "bagged_word")
        @OrderBy
        List<String> words = new ArrayList<>();

        protected Bagged() {}

        Bagged(int number) {
            super(number);
            for (int part = 1; part < number; part++) {
                words.add("word " + part);
            }
        }
    }

    @Entity
    static class Mapped extends Titled {
        @ElementCollection
        @CollectionTable(name = "mapped_word")
        @MapKeyColumn(name = "word_key")
        Map<String, String> words = new LinkedHashMap<>();

        protected Mapped() {}

        Mapped(int number) {
            super(number);
            for (int part = 1; part < number; part++) {
                words.put("key " + part, "word " + part);
            }
        }
    }

    @Entity
    static class Eager extends Titled {
        @ElementCollection(fetch = FetchType.EAGER)
        @CollectionTable(name = "eager_word")
        Set<String> words = new LinkedHashSet<>();

        protected Eager() {}

        Eager(int number) {
            super(number);
            for (int part = 1; part < number; part++) {
                words.add("word " + part);
            }
        }
    }

    @Embeddable
    static class Phone {
        String area;

        @Column(name = "phone_number")
        int number;

        protected Phone() {}

        Phone(String area, int number) {
            this.area = area;
            this.number = number;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Phone phone && Objects.equals(phone.area, area) && phone.number == number;
        }

        @Override
        public int hashCode() {
            return number;
        }
    }

    @Entity
    static class Contacts extends Titled {
        @ElementCollection
        @CollectionTable(name = "contacts_phone")
        Set<Phone> phones = new LinkedHashSet<>();

        protected Contacts() {}

        Contacts(int number) {
            super(number);
            for (int part = 1; part < number; part++) {
                phones.add(new Phone("area " + part, part));
            }
        }
    }

    @Entity
    static class Node extends Titled {
        @ManyToOne(fetch = FetchType.LAZY)
        Node parent;

        @OneToMany(mappedBy = "parent", cascade = CascadeType.ALL)
        List<Node> nodes = new ArrayList<>();

        protected Node() {}

        Node(int number) {
            super(number);
            if (number < 10) {
                for (int part = 1; part < number; part++) {
                    Node node = new Node(number * 10 + part);
                    node.parent = this;
                    nodes.add(node);
                }
            }
        }
    }
}
