package dev.facade.hibernate;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.hibernate.engine.spi.SharedSessionContractImplementor;

/** The frame that Hibernate wants around each statement of our own. */
final class Jdbc {

    private Jdbc() {}

    static PreparedStatement prepare(SharedSessionContractImplementor session, String sql) {
        return session.getJdbcCoordinator().getStatementPreparer().prepareStatement(sql);
    }

    static void release(SharedSessionContractImplementor session, PreparedStatement statement) {
        session.getJdbcCoordinator()
                .getLogicalConnection()
                .getResourceRegistry()
                .release(statement);
        session.getJdbcCoordinator().afterStatementExecution();
    }

    static RuntimeException converted(SharedSessionContractImplementor session, SQLException failure, String sql) {
        return session.getFactory().getJdbcServices().getSqlExceptionHelper().convert(failure, "insertAll failed", sql);
    }
}
