package dev.facade.examples;

import dev.facade.EntityRepository;
import dev.facade.FacadeRepository;
import dev.facade.option.ReadOption;
import dev.facade.query.Expression;
import dev.facade.query.Jpql;
import java.util.List;

/** The countries, with finders of their own. Thread-safe. */
final class Countries extends EntityRepository<Country, String> {

    Countries(FacadeRepository repository) {
        super(repository);
    }

    List<Country> named(String beginning, ReadOption... options) {
        return all(where(Expression.field("name").like(beginning + "%")), options);
    }

    List<Country> paying(String currency, ReadOption... options) {
        return all(
                Jpql.of("select c from Country c where c.currency.code = :code order by c.code", Country.class)
                        .with("code", currency),
                options);
    }
}
