package dev.facade;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.facade.operation.ChangesetOperations;
import dev.facade.operation.QueryOperations;
import dev.facade.operation.SchemaOperations;
import dev.facade.operation.SnapshotOperations;
import dev.facade.operation.TransactionOperations;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every operation is there, under its name, and leads to the operation of that name. */
class CompletenessTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "all",
                "allBy",
                "get",
                "getOrThrow",
                "getBy",
                "getByOrThrow",
                "one",
                "oneOrThrow",
                "exists",
                "aggregate",
                "stream",
                "reload",
                "reloadOrThrow",
                "preload",
                "insert",
                "insertAll",
                "update",
                "insertOrUpdate",
                "delete",
                "updateAll",
                "deleteAll",
                "transaction",
                "transact",
                "rollback",
                "inTransaction"
            })
    void t18EveryVerbOfEctosRepoIsThere(String verb) {
        assertThat(names(FacadeRepository.class)).contains(verb);
    }

    @Test
    void t18EveryOperationHasItsWrapper() {
        Set<String> operations = names(QueryOperations.class);
        operations.addAll(names(SchemaOperations.class));
        operations.addAll(names(ChangesetOperations.class));
        assertThat(operations).hasSizeGreaterThan(20);
        assertThat(names(EntityRepository.class)).containsAll(operations);
    }

    @Test
    void t18EveryWrapperLeadsToTheOperationOfItsName() {
        List<JavaMethod> wrappers = imported(EntityRepository.class).getMethods().stream()
                .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(method -> !method.getModifiers().contains(JavaModifier.SYNTHETIC))
                .toList();
        assertThat(wrappers)
                .hasSizeGreaterThan(20)
                .allSatisfy(method -> assertThat(calls(method, "Repository"))
                        .as(method.getFullName())
                        .containsExactly(method.getName()));
    }

    @Test
    void t18EveryStrictTwinLeadsToItsLenientOne() {
        List<JavaMethod> twins = imported(QueryOperations.class).getMethods().stream()
                .filter(method -> method.getName().endsWith("OrThrow"))
                .toList();
        assertThat(twins)
                .hasSize(7)
                .allSatisfy(method -> assertThat(calls(method, "QueryOperations"))
                        .as(method.getFullName())
                        .containsExactly(method.getName().replace("OrThrow", "")));
    }

    @Test
    void everyStrictTwinHasALenientOneAndTheSuffixIsUsedNowhereElse() {
        for (Class<?> drawer : drawers()) {
            Set<String> names = names(drawer);
            assertThat(names)
                    .filteredOn(name -> name.endsWith("OrThrow"))
                    .allSatisfy(name -> assertThat(names).contains(name.replace("OrThrow", "")));
        }
    }

    @Test
    void theRepositoryHasEveryOperationOfEveryDrawer() {
        assertThat(drawers()).allSatisfy(drawer -> assertThat(drawer).isAssignableFrom(FacadeRepository.class));
    }

    @Test
    void aReadOnlyRepositoryHasNoWriteOperation() {
        Set<String> writes = names(SchemaOperations.class);
        writes.addAll(names(ChangesetOperations.class));
        writes.addAll(Set.of("transaction", "transact", "rollback", "withEntityManager"));
        assertThat(writes).contains("insert", "deleteAll");
        assertThat(names(ReadOnlyRepository.class))
                .doesNotContainAnyElementsOf(writes)
                .contains("all", "get");
        assertThat(SchemaOperations.class.isAssignableFrom(ReadOnlyRepository.class))
                .isFalse();
        assertThat(TransactionOperations.class.isAssignableFrom(ReadOnlyRepository.class))
                .isFalse();
    }

    private static List<Class<?>> drawers() {
        return List.of(
                QueryOperations.class,
                SchemaOperations.class,
                ChangesetOperations.class,
                SnapshotOperations.class,
                TransactionOperations.class);
    }

    private static Set<String> names(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> method.getDeclaringClass() != Object.class)
                .filter(method -> !Modifier.isStatic(
                        method.getModifiers())) // those of a base that is no type of users are bridges
                .map(Method::getName)
                .collect(toCollection(TreeSet::new));
    }

    private static JavaClass imported(Class<?> type) {
        return new ClassFileImporter().importClass(type);
    }

    private static Set<String> calls(JavaMethod method, String ownerSuffix) {
        return method.getMethodCallsFromSelf().stream()
                .map(JavaMethodCall::getTarget)
                .filter(target -> target.getOwner().getSimpleName().endsWith(ownerSuffix))
                .map(target -> target.getName())
                .collect(toCollection(TreeSet::new));
    }
}
