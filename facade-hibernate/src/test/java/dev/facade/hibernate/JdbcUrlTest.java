package dev.facade.hibernate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JdbcUrlTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "jdbc:postgresql://host:5432/shop jdbc:postgresql://host:5432/shop",
                "jdbc:postgresql://one:1,two:2/shop jdbc:postgresql://one:1,two:2/shop",
                "jdbc:postgresql://host:zz/x?user=u&password=SECRET jdbc:postgresql://host:zz/x?***",
                "jdbc:postgresql://host/x?sslpassword=SECRET jdbc:postgresql://host/x?***",
                "jdbc:postgresql://host/x?password=SEC@RET jdbc:postgresql://***",
                "jdbc:postgresql://u:SECRET@host/x jdbc:postgresql://***@host/x",
                "jdbc:postgresql://u:SEC?RET@host/x jdbc:postgresql://***",
                "jdbc:postgresql://u:SEC=RET@host/x jdbc:postgresql://***",
                "jdbc:postgresql://u:SEC/RET@host/x jdbc:postgresql://***@host/x",
                "jdbc:postgresql://u:SEC@RET@host/x jdbc:postgresql://***@host/x",
                "postgres://u:SECRET@host/x postgres://***@host/x",
                "jdbc:mariadb://host/x?user=u&password=SECRET jdbc:mariadb://host/x?***",
                "jdbc:oracle:thin:u/SECRET@//host:1521/x jdbc:oracle:***@//host:1521/x",
                "jdbc:sqlserver://host;user=u;password=SECRET jdbc:sqlserver://host?***",
                "jdbc:db2://host:50000/x:user=u;password=SECRET; jdbc:db2://host:50000/x?***",
                "jdbc:h2:mem:x;USER=u;PASSWORD=SECRET jdbc:h2:mem:x?***",
                "host=h;password=SECRET ?***",
            })
    void t80NothingSecretIsShown(String url, String shown) {
        assertThat(JdbcUrl.shown(url)).isEqualTo(shown).doesNotContain("SEC", "RET");
    }
}
