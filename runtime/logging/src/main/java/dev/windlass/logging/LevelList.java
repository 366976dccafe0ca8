package dev.windlass.logging;

import java.util.LinkedHashMap;
import java.util.Map;

/** Reads levels from one line, as an environment has them: {@code debug,io.helidon=info}. */
final class LevelList {
    private LevelList() {}

    /** @param unnamed the logger that a level without a name is for */
    static Map<String, LogLevel> parse(String text, String unnamed) {
        var levels = new LinkedHashMap<String, LogLevel>();
        for (String part : text.split(",", -1)) {
            if (part.isBlank()) {
                continue;
            }
            int equals = part.indexOf('=');
            try {
                String name = equals < 0 ? unnamed : part.substring(0, equals).strip();
                levels.put(LogLevels.requireName(name), LogLevel.parse(part.substring(equals + 1)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("WINDLASS_LOG_LEVEL: " + e.getMessage(), e);
            }
        }
        return levels;
    }
}
