package dev.facade.hibernate.mapping;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Lob;
import jakarta.persistence.MappedSuperclass;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Currency;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.Formula;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.TimeZoneStorage;
import org.hibernate.annotations.TimeZoneStorageType;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.YesNoConverter;

/** Basic values, which the program gives; those that the mapping or the database makes are in {@link MadeKinds}. */
final class BasicKinds {

    private BasicKinds() {}

    private static final Instant MOMENT = Instant.parse("2001-02-03T04:05:06.123456Z");

    static final List<Kind<?>> ALL = List.of(
            Kind.of("primitives", Primitives.class, Primitives::new)
                    .change("number", 77)
                    .change("yes", true),
            Kind.of("wrappers", Wrappers.class, Wrappers::new).change("number", 77),
            Kind.of("BigDecimal", Decimals.class, Decimals::new).change("price", new BigDecimal("77.77")),
            Kind.of("String with a long text", Texts.class, Texts::new).change("text", "changed"),
            Kind.of("String with @Lob", LobTexts.class, LobTexts::new).change("text", "changed"),
            Kind.of("byte[]", Binaries.class, Binaries::new).change("data", new byte[] {7, 7}),
            Kind.of("byte[] with @Lob", LobBinaries.class, LobBinaries::new).change("data", new byte[] {7, 7}),
            Kind.of("enum, ordinal", Ordinals.class, Ordinals::new).change("color", Color.BLUE),
            Kind.of("enum, string", EnumNames.class, EnumNames::new).change("color", Color.BLUE),
            Kind.of("enum, named of the database", NamedEnums.class, NamedEnums::new)
                    .change("color", Color.BLUE)
                    .on(Db.POSTGRES, Db.H2),
            Kind.of("UUID as a value", Uuids.class, Uuids::new).change("token", new UUID(7, 7)),
            Kind.of("java.time", Times.class, Times::new)
                    .change("date", LocalDate.of(2007, 7, 7))
                    .change("moment", MOMENT.plusSeconds(7)),
            Kind.of("@TimeZoneStorage(NATIVE)", ZoneNative.class, ZoneNative::new)
                    .change("at", moment(7))
                    .on(Db.H2),
            Kind.of("@TimeZoneStorage(NORMALIZE)", ZoneNormalized.class, ZoneNormalized::new)
                    .change("at", moment(7)),
            Kind.of("@TimeZoneStorage(NORMALIZE_UTC)", ZoneUtc.class, ZoneUtc::new)
                    .change("at", moment(7)),
            Kind.of("@TimeZoneStorage(COLUMN)", ZoneColumn.class, ZoneColumn::new)
                    .change("at", moment(7)),
            Kind.of("@TimeZoneStorage(AUTO)", ZoneAuto.class, ZoneAuto::new).change("at", moment(7)),
            Kind.of("Duration", Durations.class, Durations::new).change("length", Duration.ofDays(7)),
            Kind.of("other types of the JDK", Others.class, Others::new).change("locale", Locale.FRENCH),
            Kind.of("arrays", Arrays.class, Arrays::new)
                    .change("words", new String[] {"x"})
                    .change("numbers", new int[] {7}),
            Kind.of("collections of basics as arrays", BasicLists.class, BasicLists::new)
                    .change("words", new ArrayList<>(List.of("x"))),
            Kind.of("@Convert", Converted.class, Converted::new).change("weight", new Weight(7)),
            Kind.of("@JdbcTypeCode(JSON) of a class", JsonClass.class, JsonClass::new)
                    .change("label", new Label("changed", 7)),
            Kind.of("@JdbcTypeCode(JSON) of a map", JsonMap.class, JsonMap::new)
                    .change("data", new LinkedHashMap<>(Map.of("k", "changed"))),
            Kind.of("@JdbcTypeCode(JSON) of a list", JsonList.class, JsonList::new)
                    .change("data", new ArrayList<>(List.of("changed"))),
            Kind.of("@ColumnTransformer", Transformed.class, Transformed::new).change("secret", "changed"),
            Kind.of("@Formula", Formulas.class, Formulas::new).change("price", 77));

    private static OffsetDateTime moment(int number) {
        return MOMENT.plusSeconds(number).atOffset(ZoneOffset.ofHours(number));
    }

    enum Color {
        RED,
        GREEN,
        BLUE
    }

    /** What all have. */
    @MappedSuperclass
    abstract static class Base {
        @Id
        int id;

        protected Base() {}

        Base(int number) {
            id = number;
        }
    }

    @Entity
    static class Primitives extends Base {
        boolean yes;
        byte tiny;
        short small;
        int number;

        @Column(name = "large_number")
        long large;

        @Column(name = "real_number")
        float real;

        double twice;
        char letter;

        protected Primitives() {}

        Primitives(int number) {
            super(number);
            yes = number % 2 == 0;
            tiny = (byte) number;
            small = (short) (number * 100);
            this.number = -number;
            large = Long.MAX_VALUE - number;
            real = number + 0.5f;
            twice = number + 0.25;
            letter = (char) ('a' + number);
        }
    }

    @Entity
    static class Wrappers extends Base {
        Boolean yes;
        Byte tiny;
        Short small;
        Integer number;

        @Column(name = "large_number")
        Long large;

        @Column(name = "real_number")
        Float real;

        Double twice;
        Character letter;

        @Convert(converter = YesNoConverter.class)
        Boolean spelled;

        protected Wrappers() {}

        Wrappers(int number) {
            super(number);
            if (number == 3) {
                return;
            }
            yes = number % 2 == 0;
            tiny = (byte) number;
            small = (short) (number * 100);
            this.number = -number;
            large = Long.MAX_VALUE - number;
            real = number + 0.5f;
            twice = number + 0.25;
            letter = (char) ('a' + number);
            spelled = number == 1;
        }
    }

    @Entity
    static class Decimals extends Base {
        BigDecimal price;

        @Column(precision = 30, scale = 10)
        BigDecimal exact;

        @Column(precision = 30)
        BigInteger whole;

        protected Decimals() {}

        Decimals(int number) {
            super(number);
            price = new BigDecimal("10.05").add(new BigDecimal(number));
            exact = new BigDecimal("12345678901234567.0123456789").add(new BigDecimal(number));
            whole = new BigInteger("123456789012345678901234567").add(BigInteger.valueOf(number));
        }
    }

    @Entity
    static class Texts extends Base {
        @JdbcTypeCode(SqlTypes.LONG32VARCHAR)
        String text;

        @Column(length = 3)
        String brief;

        protected Texts() {}

        Texts(int number) {
            super(number);
            text = "a long text, ' and \" and : ? ".repeat(20) + number;
            brief = number == 3 ? null : "b" + number;
        }
    }

    @Entity
    static class LobTexts extends Base {
        @Lob
        String text;

        protected LobTexts() {}

        LobTexts(int number) {
            super(number);
            text = number == 3 ? null : "large ".repeat(500) + number;
        }
    }

    @Entity
    static class Binaries extends Base {
        byte[] data;

        protected Binaries() {}

        Binaries(int number) {
            super(number);
            data = new byte[] {0, 1, (byte) number, -1};
        }
    }

    @Entity
    static class LobBinaries extends Base {
        @Lob
        byte[] data;

        protected LobBinaries() {}

        LobBinaries(int number) {
            super(number);
            data = new byte[] {0, 1, (byte) number, -1};
        }
    }

    @Entity
    static class Ordinals extends Base {
        @Enumerated(EnumType.ORDINAL)
        Color color;

        DayOfWeek weekday;

        protected Ordinals() {}

        Ordinals(int number) {
            super(number);
            color = Color.values()[number % 3];
            weekday = DayOfWeek.of(number);
        }
    }

    @Entity
    static class EnumNames extends Base {
        @Enumerated(EnumType.STRING)
        Color color;

        @Enumerated(EnumType.STRING)
        Month season;

        protected EnumNames() {}

        EnumNames(int number) {
            super(number);
            color = number == 3 ? null : Color.values()[number % 3];
            season = Month.of(number);
        }
    }

    @Entity
    static class NamedEnums extends Base {
        @Enumerated(EnumType.STRING)
        @JdbcTypeCode(SqlTypes.NAMED_ENUM)
        Color color;

        protected NamedEnums() {}

        NamedEnums(int number) {
            super(number);
            color = Color.values()[number % 3];
        }
    }

    @Entity
    static class Uuids extends Base {
        UUID token;

        protected Uuids() {}

        Uuids(int number) {
            super(number);
            token = new UUID(number, number);
        }
    }

    @Entity
    static class Times extends Base {
        @Column(name = "day_date")
        LocalDate date;

        @Column(name = "day_time")
        LocalTime time;

        LocalDateTime dateTime;
        Instant moment;
        OffsetDateTime shifted;
        ZonedDateTime zoned;

        @Column(name = "day_year")
        Year year;

        @Column(name = "day_zone")
        ZoneOffset offset;

        protected Times() {}

        Times(int number) {
            super(number);
            date = LocalDate.of(2001, 2, number);
            time = LocalTime.of(4, 5, number);
            dateTime = date.atTime(time);
            moment = MOMENT.plusSeconds(number);
            shifted = moment.atOffset(ZoneOffset.UTC);
            zoned = moment.atZone(ZoneOffset.UTC);
            year = Year.of(2000 + number);
            offset = ZoneOffset.ofHours(number);
        }
    }

    @Entity
    static class ZoneNative extends Base {
        @Column(name = "at_time")
        @TimeZoneStorage(TimeZoneStorageType.NATIVE)
        OffsetDateTime at;

        protected ZoneNative() {}

        ZoneNative(int number) {
            super(number);
            at = moment(number);
        }
    }

    @Entity
    static class ZoneNormalized extends Base {
        @Column(name = "at_time")
        @TimeZoneStorage(TimeZoneStorageType.NORMALIZE)
        OffsetDateTime at;

        protected ZoneNormalized() {}

        ZoneNormalized(int number) {
            super(number);
            at = moment(number);
        }
    }

    @Entity
    static class ZoneUtc extends Base {
        @Column(name = "at_time")
        @TimeZoneStorage(TimeZoneStorageType.NORMALIZE_UTC)
        OffsetDateTime at;

        protected ZoneUtc() {}

        ZoneUtc(int number) {
            super(number);
            at = moment(number);
        }
    }

    @Entity
    static class ZoneColumn extends Base {
        @Column(name = "at_time")
        @TimeZoneStorage(TimeZoneStorageType.COLUMN)
        OffsetDateTime at;

        protected ZoneColumn() {}

        ZoneColumn(int number) {
            super(number);
            at = moment(number);
        }
    }

    @Entity
    static class ZoneAuto extends Base {
        @Column(name = "at_time")
        @TimeZoneStorage(TimeZoneStorageType.AUTO)
        OffsetDateTime at;

        protected ZoneAuto() {}

        ZoneAuto(int number) {
            super(number);
            at = moment(number);
        }
    }

    @Entity
    static class Durations extends Base {
        Duration length;

        protected Durations() {}

        Durations(int number) {
            super(number);
            length = Duration.ofSeconds(number, 5_000_000);
        }
    }

    @Entity
    static class Others extends Base {
        Locale locale;
        Currency currency;
        ZoneId zone;

        protected Others() {}

        Others(int number) {
            super(number);
            locale = Locale.GERMANY;
            currency = Currency.getInstance(number == 1 ? "EUR" : "USD");
            zone = ZoneId.of("Europe/Berlin");
        }
    }

    @Entity(name = "ArrayThing")
    static class Arrays extends Base {
        String[] words;
        int[] numbers;

        protected Arrays() {}

        Arrays(int number) {
            super(number);
            words = new String[] {"a" + number, "b"};
            numbers = number == 3 ? null : new int[] {number, 2};
        }
    }

    @Entity
    static class BasicLists extends Base {
        List<String> words;
        Set<DayOfWeek> days;

        protected BasicLists() {}

        BasicLists(int number) {
            super(number);
            words = new ArrayList<>(List.of("a" + number, "b"));
            days = EnumSet.of(DayOfWeek.of(number));
        }
    }

    record Weight(int grams) {}

    static class Grams implements AttributeConverter<Weight, Integer> {
        @Override
        public Integer convertToDatabaseColumn(Weight weight) {
            return weight == null ? null : weight.grams();
        }

        @Override
        public Weight convertToEntityAttribute(Integer grams) {
            return grams == null ? null : new Weight(grams);
        }
    }

    @Entity
    static class Converted extends Base {
        @Convert(converter = Grams.class)
        Weight weight;

        protected Converted() {}

        Converted(int number) {
            super(number);
            weight = number == 3 ? null : new Weight(number * 100);
        }
    }

    /** As JSON it is written by whatever format mapper there is: Java serialization where none is on the class path. */
    static class Label implements java.io.Serializable {
        private static final long serialVersionUID = 1L;
        public String text;
        public int size;

        public Label() {}

        Label(String text, int size) {
            this.text = text;
            this.size = size;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Label label && label.text.equals(text) && label.size == size;
        }

        @Override
        public int hashCode() {
            return size;
        }
    }

    @Entity
    static class JsonClass extends Base {
        @JdbcTypeCode(SqlTypes.JSON)
        Label label;

        protected JsonClass() {}

        JsonClass(int number) {
            super(number);
            label = new Label("label " + number, number);
        }
    }

    @Entity
    static class JsonMap extends Base {
        @JdbcTypeCode(SqlTypes.JSON)
        Map<String, String> data;

        protected JsonMap() {}

        JsonMap(int number) {
            super(number);
            data = new LinkedHashMap<>(Map.of("k", "v" + number));
        }
    }

    @Entity
    static class JsonList extends Base {
        @JdbcTypeCode(SqlTypes.JSON)
        List<String> data;

        protected JsonList() {}

        JsonList(int number) {
            super(number);
            data = new ArrayList<>(List.of("a", "b" + number));
        }
    }

    @Entity
    static class Transformed extends Base {
        @ColumnTransformer(read = "lower(secret)", write = "upper(?)")
        String secret;

        protected Transformed() {}

        Transformed(int number) {
            super(number);
            secret = "secret " + number;
        }
    }

    @Entity
    static class Formulas extends Base {
        int price;

        @Formula("price * 2")
        Integer twice;

        protected Formulas() {}

        Formulas(int number) {
            super(number);
            price = number * 10;
        }
    }
}
