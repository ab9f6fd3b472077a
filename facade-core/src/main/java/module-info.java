/** One repository in front of a master and its read replicas. */
module dev.facade.core {
    requires transitive jakarta.persistence;
    requires transitive java.sql;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports dev.facade;
    exports dev.facade.changeset;
    exports dev.facade.cluster;
    exports dev.facade.consistency;
    exports dev.facade.error;
    exports dev.facade.event;
    exports dev.facade.operation;
    exports dev.facade.option;
    exports dev.facade.query;
    exports dev.facade.routing;
    exports dev.facade.spi;
    exports dev.facade.time;

    uses dev.facade.changeset.AnnotationValidator;
    uses dev.facade.spi.ProviderExtension;
}
