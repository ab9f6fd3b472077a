package dev.facade.hibernate;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.stream.Stream;
import org.hibernate.persister.entity.EntityPersister;

/** Tells what Envers audits, without needing it on the class path. */
final class Envers {

    private static final String AUDITED = "org.hibernate.envers.Audited";

    private Envers() {}

    static boolean audits(EntityPersister persister) {
        for (Class<?> level = persister.getMappedClass(); level != null; level = level.getSuperclass()) {
            boolean audited = Stream.<AnnotatedElement[]>of(
                            new AnnotatedElement[] {level}, level.getDeclaredFields(), level.getDeclaredMethods())
                    .flatMap(Arrays::stream)
                    .flatMap(element -> Arrays.stream(element.getDeclaredAnnotations()))
                    .map(Annotation::annotationType)
                    .anyMatch(annotation -> annotation.getName().equals(AUDITED));
            if (audited) {
                return true;
            }
        }
        return false;
    }
}
