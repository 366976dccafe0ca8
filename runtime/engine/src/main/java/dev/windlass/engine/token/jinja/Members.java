package dev.windlass.engine.token.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is behind a dot and within brackets. Nothing of Java is reachable: attributes are the ones listed here. */
final class Members {
    private Members() {}

    /** {@code value.name}: a method first, then an item. */
    static Object attribute(Object value, String name) {
        Object found = switch (value) {
            case Undefined undefined -> throw undefined.error();
            case String text -> StringMethods.find(text, name);
            case Map<?, ?> map -> mapMethod(map, name);
            case List<?> list -> listMethod(list, name);
            case Tuple tuple -> tupleMethod(tuple, name);
            case Loop loop -> loop.attribute(name);
            case Namespace namespace -> namespace.fields().get(name);
            default -> null;
        };
        if (found != null) {
            return found;
        }
        Object item = value instanceof Map<?, ?> map ? map.get(name) : null;
        return item == null ? missing(value, name) : item;
    }

    /** {@code value[key]}: an item first, then an attribute. */
    static Object item(Object value, Object key) {
        switch (value) {
            case Undefined undefined -> throw undefined.error();
            case Map<?, ?> map -> {
                Object item = map.get(key);
                if (item != null) {
                    return item;
                }
            }
            case List<?> list
            when Numbers.isWhole(key) -> {
                return element(list, key);
            }
            case Tuple tuple
            when Numbers.isWhole(key) -> {
                return element(tuple.items(), key);
            }
            case String text
            when Numbers.isWhole(key) -> {
                int length = Values.length(text);
                int index = Numbers.index(key);
                int position = index < 0 ? index + length : index;
                if (position < 0 || position >= length) {
                    return new Undefined("the character " + index + " of a text of " + length);
                }
                int start = text.offsetByCodePoints(0, position);
                return Character.toString(text.codePointAt(start));
            }
            default -> {}
        }
        return key instanceof String name ? attribute(value, name) : missing(value, PythonText.str(key));
    }

    private static Object element(List<?> list, Object key) {
        int index = Numbers.index(key);
        int position = index < 0 ? index + list.size() : index;
        return position < 0 || position >= list.size()
                ? new Undefined("the element " + index + " of a list of " + list.size())
                : list.get(position);
    }

    private static Undefined missing(Object value, String name) {
        return new Undefined("\"%s\" of %s".formatted(name, Values.typeName(value)));
    }

    static Object slice(Object value, Object start, Object stop, Object step) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        int[] positions = positions(Values.length(value), start, stop, step);
        if (value instanceof String text) {
            return PythonStrings.slice(text, positions);
        }
        List<?> items = value instanceof Tuple tuple ? tuple.items() : value instanceof List<?> list ? list : null;
        if (items == null) {
            throw new TemplateException("expected a list or text to cut, got " + Values.typeName(value));
        }
        var slice = new ArrayList<Object>(positions.length);
        for (int position : positions) {
            slice.add(items.get(position));
        }
        return value instanceof Tuple ? new Tuple(slice) : slice;
    }

    private static int[] positions(int length, Object start, Object stop, Object step) {
        int stride = step == None.NONE ? 1 : Numbers.index(step);
        if (stride == 0) {
            throw new TemplateException("a slice's step cannot be zero");
        }
        int lowest = stride > 0 ? 0 : -1;
        int highest = stride > 0 ? length : length - 1;
        int from = start == None.NONE ? (stride > 0 ? lowest : highest) : bound(start, length, lowest, highest);
        int to = stop == None.NONE ? (stride > 0 ? highest : lowest) : bound(stop, length, lowest, highest);
        long span = stride > 0 ? (long) to - from : (long) from - to;
        long pace = Math.abs((long) stride);
        var positions = new int[(int) Math.max(0, (span + pace - 1) / pace)];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = (int) (from + (long) i * stride);
        }
        return positions;
    }

    private static int bound(Object value, int length, int lowest, int highest) {
        long index = Numbers.index(value);
        return Math.clamp(index < 0 ? index + length : index, lowest, highest);
    }

    @SuppressWarnings("unchecked")
    private static @Nullable Callable mapMethod(Map<?, ?> source, String name) {
        var map = (Map<Object, Object>) source;
        return switch (name) {
            case "get" ->
                arguments -> map.getOrDefault(arguments.require(0, "key"), arguments.get(1, "default", None.NONE));
            case "items" ->
                _ -> {
                    var entries = new ArrayList<>(map.size());
                    map.forEach((key, value) -> entries.add(Tuple.of(key, value)));
                    return entries;
                };
            case "keys" -> _ -> new ArrayList<>(map.keySet());
            case "values" -> _ -> new ArrayList<>(map.values());
            case "copy" -> _ -> new LinkedHashMap<>(map);
            case "update" ->
                arguments -> {
                    if (!arguments.positional().isEmpty()
                            && arguments.positional().getFirst() instanceof Map<?, ?> other) {
                        map.putAll(other);
                    }
                    map.putAll(arguments.named());
                    return None.NONE;
                };
            case "setdefault" ->
                arguments -> {
                    map.putIfAbsent(arguments.require(0, "key"), arguments.get(1, "default", None.NONE));
                    return map.get(arguments.require(0, "key"));
                };
            case "pop" ->
                arguments -> {
                    Object removed = map.remove(arguments.require(0, "key"));
                    return removed != null ? removed : arguments.require(1, "default");
                };
            default -> null;
        };
    }

    /** Unlike the sandbox of transformers, lists may grow: published templates do it, and they are copies here. */
    @SuppressWarnings("unchecked")
    private static @Nullable Callable listMethod(List<?> source, String name) {
        var list = (List<Object>) source;
        return switch (name) {
            case "append" ->
                arguments -> {
                    list.add(arguments.require(0, "object"));
                    return None.NONE;
                };
            case "extend" ->
                arguments -> {
                    list.addAll(Values.items(arguments.require(0, "iterable")));
                    Bounds.checkLength(list.size());
                    return None.NONE;
                };
            case "insert" ->
                arguments -> {
                    int index = arguments.integer(0, "index", 0);
                    list.add(bound((long) index, list.size(), 0, list.size()), arguments.require(1, "object"));
                    return None.NONE;
                };
            case "pop" ->
                arguments -> {
                    int index = arguments.integer(0, "index", -1);
                    int position = index < 0 ? index + list.size() : index;
                    if (position < 0 || position >= list.size()) {
                        throw new TemplateException(
                                "pop: there is no element " + index + " in a list of " + list.size());
                    }
                    return list.remove(position);
                };
            case "copy" -> _ -> new ArrayList<>(list);
            default -> tupleMethod(new Tuple(list), name);
        };
    }

    private static @Nullable Callable tupleMethod(Tuple tuple, String name) {
        return switch (name) {
            case "index" ->
                arguments -> {
                    for (int i = 0; i < tuple.items().size(); i++) {
                        if (Values.areEqual(tuple.items().get(i), arguments.require(0, "value"))) {
                            return (long) i;
                        }
                    }
                    throw new TemplateException("index: the list does not have the value");
                };
            case "count" ->
                arguments -> tuple.items().stream()
                        .filter(item -> Values.areEqual(item, arguments.require(0, "value")))
                        .count();
            default -> null;
        };
    }
}
