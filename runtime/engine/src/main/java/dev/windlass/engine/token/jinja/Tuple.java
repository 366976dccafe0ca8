package dev.windlass.engine.token.jinja;

import java.util.List;

/** Python's tuple: unlike a list when it is printed or compared. */
record Tuple(List<Object> items) {
    static Tuple of(Object... items) {
        return new Tuple(List.of(items));
    }
}
