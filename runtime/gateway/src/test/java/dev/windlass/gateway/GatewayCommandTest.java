package dev.windlass.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class GatewayCommandTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                                     | --routes=FILE | --cluster
            --routes=r.yaml --cluster | --routes=FILE | mutually exclusive
            --watch-namespace=a       | --cluster     | Missing required
            --routes=r.yaml --runtime-tls-required | --runtime-tls-required | needs --runtime-tls
            --routes=r.yaml --watch-namespace=a | --cluster | Missing required
            """)
    void routesComeFromExactlyOnePlace(String arguments, String says, String alsoSays) {
        var words = new StringWriter();
        int status = new CommandLine(new GatewayCommand())
                .setErr(new PrintWriter(words))
                .execute(arguments == null ? new String[0] : arguments.split(" "));

        assertThat(status).isEqualTo(2);
        assertThat(words.toString().lines().findFirst().orElse("")).contains(says, alsoSays);
    }
}
