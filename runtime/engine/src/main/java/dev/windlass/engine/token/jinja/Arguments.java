package dev.windlass.engine.token.jinja;

import java.util.List;
import java.util.Map;

/** What a function, a filter or a test is called with. */
record Arguments(List<Object> positional, Map<String, Object> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    static Arguments of(Object... positional) {
        return new Arguments(List.of(positional), Map.of());
    }

    boolean has(int index, String name) {
        return index < positional.size() || named.containsKey(name);
    }

    Object get(int index, String name, Object fallback) {
        return index < positional.size() ? positional.get(index) : named.getOrDefault(name, fallback);
    }

    Object require(int index, String name) {
        if (!has(index, name)) {
            throw new TemplateException("missing the argument \"" + name + "\"");
        }
        return get(index, name, None.NONE);
    }

    String text(int index, String name) {
        Object value = require(index, name);
        if (value instanceof String text) {
            return text;
        }
        throw new TemplateException("%s: expected text, got %s".formatted(name, Values.typeName(value)));
    }

    String text(int index, String name, String fallback) {
        return get(index, name, None.NONE) == None.NONE ? fallback : text(index, name);
    }

    int integer(int index, String name, int fallback) {
        Object value = get(index, name, None.NONE);
        return value == None.NONE ? fallback : Numbers.index(value);
    }

    boolean flag(int index, String name, boolean fallback) {
        return Values.isTrue(get(index, name, fallback));
    }

    Arguments from(int start) {
        return new Arguments(positional.subList(Math.min(start, positional.size()), positional.size()), named);
    }
}
