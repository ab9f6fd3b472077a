package dev.facade;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps the house in order: floors, cycles, names, and what may be known where. Each rule is also run on classes with a
 * planted defect, in this module's test sources, so that it is known to be able to fail.
 */
class HouseTest {

    /** The rooms of both wings: those of the engine are named so, and exported to nobody. */
    private static final Map<String, Integer> FLOORS = Map.ofEntries(
            Map.entry("dev.facade", 15),
            Map.entry("dev.facade.engine.write", 14),
            Map.entry("dev.facade.engine.preload", 14),
            Map.entry("dev.facade.engine.sql", 14),
            Map.entry("dev.facade.engine", 13),
            Map.entry("dev.facade.engine.transaction", 12),
            Map.entry("dev.facade.engine.lease", 11),
            Map.entry("dev.facade.engine.member", 10),
            Map.entry("dev.facade.engine.mapping", 9),
            Map.entry("dev.facade.engine.call", 8),
            Map.entry("dev.facade.operation", 7),
            Map.entry("dev.facade.engine.journey", 7),
            Map.entry("dev.facade.consistency", 6),
            Map.entry("dev.facade.engine.position", 5),
            Map.entry("dev.facade.engine.health", 4),
            Map.entry("dev.facade.spi", 3),
            Map.entry("dev.facade.routing", 3),
            Map.entry("dev.facade.cluster", 2),
            Map.entry("dev.facade.query", 1),
            Map.entry("dev.facade.changeset", 1),
            Map.entry("dev.facade.event", 1),
            Map.entry("dev.facade.engine.entity", 0),
            Map.entry("dev.facade.option", 0),
            Map.entry("dev.facade.error", 0),
            Map.entry("dev.facade.time", 0));

    private static final String ENGINE = "dev.facade.engine";

    private static final String[] OPTIONAL_ROOMS = {};

    private static final JavaClasses HOUSE = house(List.of(locationOf(FacadeRepository.class)));
    private static final JavaClasses HOUSE_WITH_DEFECTS = house(List.of(
            locationOf(FacadeRepository.class),
            planted("event/PlantedUpwardArrow"),
            planted("query/PlantedSiblingArrow"),
            planted("routing/PlantedFactoryUser"),
            planted("routing/PlantedClockReader"),
            planted("event/PlantedWindow"),
            planted("internal/PlantedHelper")));

    private static final ArchRule FLOOR_BY_FLOOR =
            classes().should(pointOnlyDownwards()).allowEmptyShould(false);

    private static final ArchRule NO_CYCLES =
            slices().assignedFrom(packages()).should().beFreeOfCycles().allowEmptyShould(false);

    private static final ArchRule NO_HIDING_PLACES = noClasses()
            .should()
            .resideInAnyPackage("..internal..", "..impl..", "..util..", "..common..")
            .allowEmptyShould(false);

    private static final ArchRule FEW_DEPENDENCIES = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.facade..",
                    "java..",
                    "javax.crypto..",
                    "javax.sql..",
                    "jakarta.persistence..",
                    "org.slf4j..",
                    "org.jspecify..")
            .allowEmptyShould(false);

    private static final ArchRule TELLING_NAMES = noClasses()
            .should()
            .haveNameMatching(".*(Impl|Utils?|Helper|Manager)")
            .allowEmptyShould(false);

    private static final ArchRule ROUTING_KNOWS_NO_ENTITY_MANAGERS = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.facade.routing..",
                    "dev.facade.engine.journey..",
                    "dev.facade.engine.health..",
                    "dev.facade.engine.position..",
                    "dev.facade.cluster..",
                    "dev.facade.consistency..")
            .should()
            .dependOnClassesThat(resideInAPackage("jakarta.persistence.."))
            .allowEmptyShould(false);

    private static final ArchRule NO_WALL_CLOCK = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.facade.routing..",
                    "dev.facade.engine.journey..",
                    "dev.facade.engine.health..",
                    "dev.facade.engine.position..",
                    "dev.facade.cluster..",
                    "dev.facade.consistency..",
                    "dev.facade.time..")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.time.Instant")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.time.Clock")
            .allowEmptyShould(false);

    @Test
    void everyRoomIsImported() {
        assertThat(HOUSE).hasSizeGreaterThan(70);
        TreeSet<String> rooms = new TreeSet<>();
        HOUSE.forEach(type -> rooms.add(type.getPackageName()));
        rooms.addAll(List.of(OPTIONAL_ROOMS));
        assertThat(rooms).containsExactlyInAnyOrderElementsOf(FLOORS.keySet());
    }

    @Test
    void arrowsPointOnlyDownwards() {
        FLOOR_BY_FLOOR.check(HOUSE);
        assertThat(violations(FLOOR_BY_FLOOR))
                .anyMatch(line -> line.contains("PlantedUpwardArrow"))
                .anyMatch(line -> line.contains("PlantedSiblingArrow"));
    }

    @Test
    void packagesAreFreeOfCycles() {
        NO_CYCLES.check(HOUSE);
        assertThat(violations(NO_CYCLES)).anyMatch(line -> line.contains("PlantedUpwardArrow"));
    }

    @Test
    void noPackageIsAHidingPlace() {
        NO_HIDING_PLACES.check(HOUSE);
        assertThat(violations(NO_HIDING_PLACES)).singleElement().asString().contains("dev.facade.internal");
    }

    @Test
    void theCoreDependsOnTheApisOnly() {
        FEW_DEPENDENCIES.check(HOUSE);
        assertThat(violations(FEW_DEPENDENCIES)).anyMatch(line -> line.contains("ch.qos.logback"));
    }

    @Test
    void classesAreNamedByWhatTheyAre() {
        TELLING_NAMES.check(HOUSE);
        assertThat(violations(TELLING_NAMES)).singleElement().asString().contains("PlantedHelper");
    }

    @Test
    void routingHealthAndClusterKnowNodesByIdentityOnly() {
        ROUTING_KNOWS_NO_ENTITY_MANAGERS.check(HOUSE);
        assertThat(violations(ROUTING_KNOWS_NO_ENTITY_MANAGERS)).anyMatch(line -> line.contains("PlantedFactoryUser"));
    }

    @Test
    void freshnessAsksNoWallClock() {
        NO_WALL_CLOCK.check(HOUSE);
        assertThat(violations(NO_WALL_CLOCK)).anyMatch(line -> line.contains("PlantedClockReader"));
    }

    /** ADR 20 names them. */
    @Test
    void noRoomOfTheFrontWingShowsMoreThanTwelvePublicTypesAndAllShowEightyFive() {
        Map<String, List<String>> shown = HOUSE.stream()
                .filter(HouseTest::isInFront)
                .collect(groupingBy(JavaClass::getPackageName, mapping(JavaClass::getSimpleName, toList())));
        assertThat(shown).hasSizeGreaterThan(10);
        assertThat(shown).allSatisfy((room, types) -> assertThat(types).as(room).hasSizeLessThanOrEqualTo(12));
        assertThat(shown.values().stream().mapToInt(List::size).sum()).isLessThanOrEqualTo(85);
    }

    @Test
    void theFrontWingShowsNothingOfTheEngine() {
        assertThat(HOUSE.stream().flatMap(HouseTest::shownOfTheEngine).toList()).isEmpty();
        assertThat(HOUSE_WITH_DEFECTS.stream().flatMap(HouseTest::shownOfTheEngine))
                .anyMatch(shown -> shown.contains("PlantedWindow"));
    }

    private static boolean isInFront(JavaClass type) {
        return type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC) && !isOfEngine(type);
    }

    private static boolean isOfEngine(JavaClass type) {
        return type.getPackageName().equals(ENGINE) || type.getPackageName().startsWith(ENGINE + ".");
    }

    /** What users see of a type of the front wing that is the engine's. */
    private static Stream<String> shownOfTheEngine(JavaClass type) {
        boolean isShown = type.getModifiers().contains(JavaModifier.PUBLIC) && !isOfEngine(type);
        if (!isShown) {
            return Stream.of();
        }
        Stream<JavaClass> above = Stream.concat(type.getRawSuperclass().stream(), type.getRawInterfaces().stream());
        Stream<JavaClass> named = type.getCodeUnits().stream()
                .filter(unit -> isShown(unit.getModifiers()))
                .flatMap(unit ->
                        Stream.concat(Stream.of(unit.getRawReturnType()), unit.getRawParameterTypes().stream()));
        Stream<JavaClass> held = type.getFields().stream()
                .filter(field -> isShown(field.getModifiers()))
                .map(JavaField::getRawType);
        return Stream.of(above, named, held)
                .flatMap(Function.identity())
                .map(JavaClass::getBaseComponentType)
                .filter(HouseTest::isOfEngine)
                .map(seen -> type.getName() + " shows " + seen.getName());
    }

    private static boolean isShown(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static List<String> violations(ArchRule rule) {
        return rule.evaluate(HOUSE_WITH_DEFECTS).getFailureReport().getDetails();
    }

    private static ArchCondition<JavaClass> pointOnlyDownwards() {
        return new ArchCondition<>("depend only on their own package and on lower floors") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                String from = type.getPackageName();
                for (Dependency arrow : type.getDirectDependenciesFromSelf()) {
                    String to = arrow.getTargetClass().getBaseComponentType().getPackageName();
                    boolean inside = to.equals("dev.facade") || to.startsWith("dev.facade.");
                    if (inside && !from.equals(to) && floor(from) <= floor(to)) {
                        events.add(SimpleConditionEvent.violated(type, arrow.getDescription()));
                    }
                }
            }
        };
    }

    /** A room without a floor is below all others, so it may depend on nothing, and on nothing may it be depended. */
    private static int floor(String room) {
        return FLOORS.getOrDefault(room, -1);
    }

    private static SliceAssignment packages() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return type.getPackageName().startsWith("dev.facade")
                        ? SliceIdentifier.of(type.getPackageName())
                        : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "packages of dev.facade";
            }
        };
    }

    private static JavaClasses house(List<Location> locations) {
        return new ClassFileImporter()
                .withImportOption(location -> !location.contains("module-info"))
                .importLocations(locations);
    }

    private static Location planted(String name) {
        return Location.of(Objects.requireNonNull(HouseTest.class.getResource(name + ".class"), name));
    }

    private static Location locationOf(Class<?> type) {
        return Location.of(type.getProtectionDomain().getCodeSource().getLocation());
    }
}
