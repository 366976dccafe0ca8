package dev.windlass.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Sets logging up as a process does, and reads what comes out at the standard error stream. */
class LoggingTest {
    private final PrintStream usual = System.err;
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

    private void configure(Map<String, String> environment) {
        System.setErr(new PrintStream(seen, true, StandardCharsets.UTF_8));
        Logging.configure(environment);
    }

    @AfterEach
    void restore() {
        System.setErr(usual);
        Thread.setDefaultUncaughtExceptionHandler(null);
        Logging.configure(Map.of());
    }

    private List<String> lines() {
        return seen.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void writesLinesForPeopleUnlessTold() {
        configure(Map.of());
        LoggerFactory.getLogger("dev.windlass.cli").info("served {}", "it");
        LoggerFactory.getLogger("dev.windlass.cli").debug("unseen");
        LoggerFactory.getLogger("some.library").info("unseen");
        Logger.getLogger("io.helidon").warning("careful");

        assertThat(lines()).hasSize(2);
        assertThat(lines().getFirst()).matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]{12} INFO dev\\.windlass\\.cli: served it");
        assertThat(lines().getLast()).endsWith(" WARN io.helidon: careful");
    }

    @Test
    void writesNothingButJsonWhereTold() throws Exception {
        configure(Map.of("WINDLASS_LOG_FORMAT", "json", "WINDLASS_LOG_LEVEL", "debug,some.library=info"));
        LoggerFactory.getLogger("dev.windlass.cli").debug("seen");
        LoggerFactory.getLogger("some.library").info("seen too");
        Logger.getLogger("io.helidon").severe("worse");
        Logging.failure(
                new PrintWriter(usual, true, StandardCharsets.UTF_8),
                LoggerFactory.getLogger("dev.windlass.cli"),
                "ends",
                new IllegalStateException("reason"));
        var narrator = Logging.narrator(
                new PrintWriter(usual, true, StandardCharsets.UTF_8), LoggerFactory.getLogger("dev.windlass.cli"));
        narrator.printf("Serving at %s%n%n  curl%n", "{}");
        Thread.ofPlatform()
                .name("doomed")
                .start(() -> {
                    throw new IllegalStateException("broken");
                })
                .join();

        var mapper = new ObjectMapper();
        var messages = new ArrayList<String>();
        for (String line : lines()) {
            messages.add(mapper.readTree(line).at("/message").asText());
        }
        assertThat(messages)
                .containsExactly(
                        "seen",
                        "seen too",
                        "worse",
                        "the process broke",
                        "ends",
                        "Serving at {}",
                        "curl",
                        messages.getLast());
        assertThat(messages.getLast()).contains("doomed").endsWith("died");
        assertThat(mapper.readTree(lines().getLast()).at("/exception").asText()).contains("broken");
    }

    @Test
    void refusesAnEnvironmentThatMakesNoSense() {
        assertThatThrownBy(() -> configure(Map.of("WINDLASS_LOG_LEVEL", "loud")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("WINDLASS_LOG_LEVEL");
    }
}
