package dev.facade.engine.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.Transient;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What reflection sees of an entity class. */
class EntityShapeTest {

    @MappedSuperclass
    static class Base {
        private Long id;

        @Version
        int version;

        @Id
        public Long getId() {
            return id;
        }
    }

    @Entity
    static class House extends Base {
        static final int ROOMS = 3;

        String street;

        @Transient
        String mood;

        transient int cache;

        @ManyToOne
        House neighbour;

        @ManyToMany
        List<House> near = new ArrayList<>();

        Map<String, Spot> spots;

        public String getStreet() {
            return street;
        }

        public void setStreet(String street) {
            this.street = street;
        }
    }

    /** As a provider's proxy: fields empty, accessors lead elsewhere. */
    static class Proxy extends House {
        private final House real = new House();

        @Override
        public String getStreet() {
            return real.street;
        }

        @Override
        public void setStreet(String street) {
            real.street = street;
        }
    }

    @Embeddable
    record Spot(String room, int number) {}

    private final EntityShape shape = EntityShape.of(House.class);

    @Test
    void propertiesAreThoseOfTheFieldsAndOfTheSuperclasses() {
        assertThat(shape.properties())
                .extracting(Property::name)
                .containsExactlyInAnyOrder("id", "version", "street", "mood", "cache", "neighbour", "near", "spots");
        assertThat(shape.has("ROOMS")).isFalse();
        assertThat(EntityShape.of(House.class)).isSameAs(shape);
    }

    @Test
    void kindsAreSeenOnFieldsAndOnGetters() {
        assertThat(shape.property("id").isId()).isTrue();
        assertThat(shape.ids()).containsExactly(shape.property("id"));
        assertThat(shape.property("version").isVersion()).isTrue();
        assertThat(shape.property("mood").isTransient()).isTrue();
        assertThat(shape.property("cache").isTransient()).isTrue();
        assertThat(shape.property("neighbour"))
                .returns(true, Property::isAssociation)
                .returns(false, Property::isToMany);
        assertThat(shape.property("near")).returns(true, Property::isToMany).returns(House.class, Property::target);
        assertThat(shape.property("spots").target()).isEqualTo(Spot.class);
    }

    @Test
    void anUnknownNameIsAnsweredWithTheNearestAndAll() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> shape.property("streat"))
                .withMessageContaining("House.streat")
                .withMessageContaining("neighbour")
                .withMessageContaining("did you mean street?");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> shape.property("xyzzy"))
                .withMessageNotContaining("did you mean");
    }

    @Test
    void aProxyIsReadAndWrittenThroughItsAccessors() {
        Proxy proxy = new Proxy();
        Property street = EntityShape.of(Proxy.class).property("street");
        street.set(proxy, "Main");
        assertThat(proxy.real.street).isEqualTo("Main");
        assertThat(proxy.street).isNull();
        assertThat(street.get(proxy)).isEqualTo("Main");
        assertThat(EntityShape.of(Proxy.class).type()).isEqualTo(House.class);
    }

    @MappedSuperclass
    abstract static class Held<T, I extends Number> {
        T content;
        I count;
        List<T> others;
        T[] all;
    }

    @MappedSuperclass
    abstract static class HeldByName<T> extends Held<T, Integer> {
        Map<String, List<T>> named;
    }

    @Entity
    static class Box extends HeldByName<Spot> {
        List<?> whatever;

        @SuppressWarnings("rawtypes")
        List raw;
    }

    @Test
    void aTypeVariableIsWhatItStandsForInTheEntity() {
        EntityShape box = EntityShape.of(Box.class);
        assertThat(box.property("content").type()).isEqualTo(Spot.class);
        assertThat(box.property("count").type()).isEqualTo(Integer.class);
        assertThat(box.property("others").target()).isEqualTo(Spot.class);
        assertThat(box.property("all").type()).isEqualTo(Spot[].class);
        assertThat(box.property("named").key()).isEqualTo(String.class);
        assertThat(box.property("named").target()).isEqualTo(List.class);
        assertThat(box.property("whatever").target()).isEqualTo(Object.class);
        assertThat(box.property("raw").target()).isEqualTo(Object.class);
        assertThat(EntityShape.of(Held.class).property("count").type()).isEqualTo(Number.class);
    }

    @Test
    void aCopyIsShallowAndAnInstanceOfTheEntity() {
        House house = new House();
        house.street = "Main";
        House copy = (House) shape.copy(house);
        assertThat(copy).isNotSameAs(house).returns("Main", it -> it.street);
        assertThat(copy.near).isSameAs(house.near);
    }

    @Test
    void aRecordIsMadeByItsConstructor() {
        EntityShape spot = EntityShape.of(Spot.class);
        assertThat(spot.newInstance()).isEqualTo(new Spot(null, 0));
        assertThat(spot.copy(new Spot("a", 1))).isEqualTo(new Spot("a", 1));
        assertThat(spot.copy(new Spot("a", 1), Map.of("number", 2))).isEqualTo(new Spot("a", 2));
    }

    @Test
    void whatIsNoEntityIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> EntityShape.of(String.class));
        assertThatIllegalArgumentException().isThrownBy(() -> EntityShape.of(int[].class));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EntityShape.of(NoConstructor.class).newInstance())
                .withMessageContaining("a constructor without parameters");
    }

    @Entity
    static class NoConstructor {
        NoConstructor(int number) {}
    }

    @Test
    void namesAreComparedByTheirLetters() {
        assertThat(EditDistance.between("title", "title")).isZero();
        assertThat(EditDistance.between("title", "titel")).isEqualTo(2);
        assertThat(EditDistance.between("", "abc")).isEqualTo(3);
        assertThat(EditDistance.between("kitten", "sitting")).isEqualTo(3);
    }
}
