package dev.windlass.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Recorded streams. Run the tests with {@code -Dwindlass.golden=write} to record them anew, and read the difference.
 */
final class Transcript {
    private Transcript() {}

    /** The stream with all that changes from run to run replaced. */
    static String stable(String body) {
        return body.replaceAll("\"id\":\"(chatcmpl|cmpl|call)[-_][0-9a-f]+\"", "\"id\":\"$1-ID\"")
                .replaceAll("\"created\":\\d+", "\"created\":0");
    }

    static String golden(String name, String actual) {
        if ("write".equals(System.getProperty("windlass.golden"))) {
            try {
                Files.createDirectories(Path.of("src/test/resources/streams"));
                Files.writeString(Path.of("src/test/resources/streams", name), actual);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return actual;
        }
        try (var in = Objects.requireNonNull(Transcript.class.getResourceAsStream("/streams/" + name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
