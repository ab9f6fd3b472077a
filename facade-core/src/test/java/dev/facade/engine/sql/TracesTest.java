package dev.facade.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TracesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select id, count(*) from post where likes in (1, 2) and lower(title) = 'a' group by id",
                "insert into post (id, title) values (1, 'a')",
                "insert into \"Post\" (id) select max(id) from post",
                "update post set likes = likes + 1",
                "with some as (select * from post) delete from post where id in (select id from some)",
                "show search_path"
            })
    void t79APlainStatementLeavesNothing(String sql) {
        assertThat(Traces.mayBeLeftBy(NamedParameters.of("PostgreSQL", sql, Map.of())))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set role other",
                "select set_config('a.b', 'c', false)",
                "select SET_CONFIG ('a.b', 'c', false)",
                "select \"set_config\"('a.b', 'c', false)",
                "select pg_catalog.set_config('a.b', 'c', false)",
                "select set_config/**/('a.b', 'c', false)",
                "select set_config -- ('\n('a.b', 'c', false)",
                "insert into post (id) values (my_next())",
                "select 1 into temp leftover",
                "create temp table leftover (id bigint)",
                "call anything()",
                "do $$ begin end $$",
                "listen all_of_it"
            })
    void t79WhatMaySetSomethingIsSeen(String sql) {
        assertThat(Traces.mayBeLeftBy(NamedParameters.of("PostgreSQL", sql, Map.of())))
                .isTrue();
    }
}
