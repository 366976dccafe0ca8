package dev.windlass.engine.token.jinja;

import java.util.Iterator;
import java.util.List;

/** What Python's generators are to a template: true even when empty, without a length, and gone once read. */
record Lazy(Iterator<Object> items) {
    static Lazy of(List<Object> items) {
        return new Lazy(items.iterator());
    }
}
