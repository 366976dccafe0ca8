package dev.windlass.operator.observe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.jspecify.annotations.Nullable;

/** What a container said last: of its last line, which may be one of a log for programs, what people are to read. */
final class LastWords {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private LastWords() {}

    /** Null where it said nothing. @param text the end of what it wrote */
    static @Nullable String of(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String line = text.lines()
                .filter(one -> !one.isBlank())
                .reduce((_, last) -> last)
                .orElse(null);
        return line == null ? null : message(line.strip());
    }

    private static String message(String line) {
        if (!line.startsWith("{")) {
            return line;
        }
        try {
            return JSON.readTree(line).path("message").asText(line);
        } catch (JsonProcessingException noJson) {
            return line;
        }
    }
}
