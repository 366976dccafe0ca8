package dev.windlass.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What stands for a field that was not written. Nothing here throws: a resource must be readable to be refused. */
final class Absent {
    /** A number that has to be written and was not. {@link SpecCheck} refuses it, so nobody has to reckon with it. */
    static final int NUMBER = -1;

    private Absent() {}

    static <T> T or(@Nullable T written, T otherwise) {
        return written == null ? otherwise : written;
    }

    static String text(@Nullable String written) {
        return written == null ? "" : written;
    }

    static <T> List<T> list(@Nullable List<T> written) {
        return written == null
                ? List.of()
                : written.stream().filter(Objects::nonNull).toList();
    }

    static Map<String, String> map(@Nullable Map<String, String> written) {
        if (written == null) {
            return Map.of();
        }
        var kept = new LinkedHashMap<>(written);
        kept.values().removeIf(Objects::isNull);
        return Collections.unmodifiableMap(kept);
    }
}
