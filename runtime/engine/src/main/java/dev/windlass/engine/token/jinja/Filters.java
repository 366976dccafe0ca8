package dev.windlass.engine.token.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What may stand after a bar. */
final class Filters {
    private final Bounds bounds;

    Filters(Bounds bounds) {
        this.bounds = bounds;
    }

    Object apply(String name, Object value, Arguments arguments) {
        return switch (name) {
            case "abs" -> absolute(value);
            case "attr" -> Members.attribute(value, arguments.text(0, "name"));
            case "batch" -> batch(value, arguments);
            case "capitalize" -> PythonStrings.title(PythonText.str(value), true);
            case "count", "length" -> (long) Values.length(value);
            case "d", "default" -> isMissing(value, arguments) ? arguments.get(0, "default_value", "") : value;
            case "dictsort" -> dictSort(value, arguments);
            case "e", "escape", "forceescape" -> escape(PythonText.str(value));
            case "first" -> end(items(value), true);
            case "float" -> toReal(value, arguments.get(0, "default", 0.0));
            case "format" ->
                Formats.percent(PythonText.str(value), new Tuple(arguments.positional()), arguments.named());
            case "groupby" -> groupBy(value, arguments);
            case "indent" -> indent(PythonText.str(value), arguments);
            case "int" -> toWhole(value, arguments);
            case "items" -> value instanceof Undefined ? Lazy.of(List.of()) : Lazy.of(entries(value));
            case "join" -> join(value, arguments);
            case "last" -> end(items(value), false);
            case "list" -> items(value);
            case "lower" -> PythonText.str(value).toLowerCase(Locale.ROOT);
            case "map" -> Lazy.of(map(value, arguments));
            case "max" -> extreme(value, arguments, 1);
            case "min" -> extreme(value, arguments, -1);
            case "reject" -> select(value, arguments, false, false);
            case "rejectattr" -> select(value, arguments, true, false);
            case "select" -> select(value, arguments, false, true);
            case "selectattr" -> select(value, arguments, true, true);
            case "replace" ->
                PythonStrings.replace(
                        PythonText.str(value),
                        PythonText.str(arguments.require(0, "old")),
                        PythonText.str(arguments.require(1, "new")),
                        arguments.integer(2, "count", -1));
            case "reverse" ->
                value instanceof String text
                        ? new StringBuilder(text).reverse().toString()
                        : Lazy.of(items(value).reversed());
            case "round" -> round(value, arguments);
            case "safe" -> value;
            case "sort" -> sort(value, arguments);
            case "string" -> PythonText.str(value);
            case "sum" -> sum(value, arguments);
            case "title" -> PythonStrings.title(PythonText.str(value), false);
            case "tojson" -> Bounds.checked(JsonText.of(value, arguments));
            case "trim" ->
                PythonStrings.strip(
                        PythonText.str(value), arguments.has(0, "chars") ? arguments.text(0, "chars", "") : null);
            case "unique" -> Lazy.of(unique(value, arguments));
            case "upper" -> PythonText.str(value).toUpperCase(Locale.ROOT);
            case "wordcount" ->
                (long) PythonStrings.split(PythonText.str(value), null, -1).size();
            default -> throw new TemplateException("there is no filter named \"" + name + "\"");
        };
    }

    private List<Object> items(Object value) {
        List<Object> items = Values.items(value);
        bounds.step(items.size());
        return items;
    }

    /** What is false, such as None, has no items for some filters; others refuse it. */
    private List<Object> itemsOrNone(Object value) {
        return Values.isTrue(value) ? items(value) : List.of();
    }

    private static boolean isMissing(Object value, Arguments arguments) {
        return value instanceof Undefined || arguments.flag(1, "boolean", false) && !Values.isTrue(value);
    }

    private static Object absolute(Object value) {
        return value instanceof Double real ? (Object) Math.abs(real) : Math.absExact(Numbers.whole(value));
    }

    private Object batch(Object value, Arguments arguments) {
        int size = Math.max(1, arguments.integer(0, "linecount", 1));
        var batches = new ArrayList<>();
        List<Object> items = items(value);
        for (int start = 0; start < items.size(); start += size) {
            var batch = new ArrayList<>(items.subList(start, Math.min(items.size(), start + size)));
            while (batch.size() < size && arguments.get(1, "fill_with", None.NONE) != None.NONE) {
                bounds.step();
                batch.add(arguments.get(1, "fill_with", None.NONE));
            }
            batches.add(batch);
        }
        return Lazy.of(batches);
    }

    private static List<Object> entries(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new TemplateException("expected a mapping, got " + Values.typeName(value));
        }
        var entries = new ArrayList<>();
        map.forEach((key, item) -> entries.add(Tuple.of(key, item)));
        return entries;
    }

    private List<Object> dictSort(Object value, Arguments arguments) {
        boolean caseSensitive = arguments.flag(0, "case_sensitive", false);
        int part = arguments.text(1, "by", "key").equals("value") ? 1 : 0;
        List<Object> entries = entries(value);
        bounds.step(entries.size());
        Comparator<Object> order = (left, right) -> Values.compare(
                fold(((Tuple) left).items().get(part), caseSensitive),
                fold(((Tuple) right).items().get(part), caseSensitive));
        entries.sort(arguments.flag(2, "reverse", false) ? order.reversed() : order);
        return entries;
    }

    private static Object fold(Object value, boolean caseSensitive) {
        return value instanceof String text && !caseSensitive ? text.toLowerCase(Locale.ROOT) : value;
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace(">", "&gt;")
                .replace("<", "&lt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
    }

    private static Object end(List<Object> items, boolean first) {
        return items.isEmpty()
                ? new Undefined("an item of an empty sequence")
                : first ? items.getFirst() : items.getLast();
    }

    private static Object toReal(Object value, Object fallback) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        try {
            return value instanceof String text
                    ? (Object) Double.parseDouble(text.strip().replace("_", ""))
                    : Numbers.isNumber(value) ? (Object) Numbers.real(value) : fallback;
        } catch (NumberFormatException e) {
            return fallback;
        }
    }

    private static Object toWhole(Object value, Arguments arguments) {
        Object fallback = arguments.get(0, "default", 0L);
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (value instanceof String text) {
            try {
                return Long.parseLong(
                        text.strip().replace("_", ""), Math.clamp(arguments.integer(1, "base", 10), 2, 36));
            } catch (NumberFormatException e) {
                Object real = toReal(value, fallback);
                return real instanceof Double number ? (Object) number.longValue() : real;
            }
        }
        return value instanceof Double real
                ? (Object) real.longValue()
                : Numbers.isWhole(value) ? (Object) Numbers.whole(value) : fallback;
    }

    private Object groupBy(Object value, Arguments arguments) {
        UnaryOperator<Object> key = key(arguments.require(0, "attribute"));
        var groups = new LinkedHashMap<Object, List<Object>>();
        for (Object item : sorted(items(value), key, false, false)) {
            groups.computeIfAbsent(key.apply(item), _ -> new ArrayList<>()).add(item);
        }
        var list = new ArrayList<>();
        groups.forEach((group, items) -> list.add(Tuple.of(group, items)));
        return list;
    }

    private static String indent(String text, Arguments arguments) {
        Object width = arguments.get(0, "width", 4L);
        String blanks = width instanceof String string ? string : " ".repeat(Math.clamp(Numbers.index(width), 0, 1000));
        boolean first = arguments.flag(1, "first", false);
        boolean blank = arguments.flag(2, "blank", false);
        // Jinja appends a newline before it splits the text, so that a last empty line stays.
        List<Object> lines = PythonStrings.lines(text + "\n", false);
        Bounds.checkLength(text.length() + (long) lines.size() * blanks.length());
        var result = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            String line = (String) lines.get(i);
            result.append(i == 0 ? "" : "\n");
            if (i == 0 ? first : blank || !line.isEmpty()) {
                result.append(blanks);
            }
            result.append(line);
        }
        return result.toString();
    }

    private String join(Object value, Arguments arguments) {
        String separator = PythonText.str(arguments.get(0, "d", ""));
        UnaryOperator<Object> key = key(arguments.get(1, "attribute", None.NONE));
        var text = new StringBuilder();
        List<Object> items = items(value);
        for (int i = 0; i < items.size(); i++) {
            text.append(i == 0 ? "" : separator).append(PythonText.str(key.apply(items.get(i))));
            Bounds.checkLength(text.length());
        }
        return text.toString();
    }

    /** What picks a part of an item: a name, names with dots between, an index, or nothing for the item itself. */
    private static UnaryOperator<Object> key(Object attribute) {
        if (attribute == None.NONE) {
            return item -> item;
        }
        if (attribute instanceof Long index) {
            return item -> Members.item(item, index);
        }
        List<Object> path = PythonStrings.split(PythonText.str(attribute), ".", -1);
        return item -> {
            Object value = item;
            for (Object name : path) {
                String text = (String) name;
                boolean index =
                        !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9') && text.length() < 10;
                value = Members.item(value, index ? (Object) Long.parseLong(text) : text);
            }
            return value;
        };
    }

    private List<Object> map(Object value, Arguments arguments) {
        var mapped = new ArrayList<>();
        if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
            UnaryOperator<Object> key = key(arguments.require(0, "attribute"));
            @Nullable Object fallback = arguments.named().get("default");
            for (Object item : itemsOrNone(value)) {
                Object part = key.apply(item);
                mapped.add(part instanceof Undefined && fallback != null ? fallback : part);
            }
            return mapped;
        }
        String filter = arguments.text(0, "filter");
        Arguments rest = arguments.from(1);
        for (Object item : itemsOrNone(value)) {
            mapped.add(apply(filter, item, rest));
        }
        return mapped;
    }

    private Object select(Object value, Arguments arguments, boolean byAttribute, boolean wanted) {
        UnaryOperator<Object> key = key(byAttribute ? arguments.require(0, "attribute") : None.NONE);
        Arguments rest = arguments.from(byAttribute ? 1 : 0);
        var selected = new ArrayList<>();
        for (Object item : itemsOrNone(value)) {
            Object part = key.apply(item);
            boolean passes = rest.positional().isEmpty()
                    ? Values.isTrue(part)
                    : Tests.apply(rest.text(0, "test"), part, rest.from(1));
            if (passes == wanted) {
                selected.add(item);
            }
        }
        return Lazy.of(selected);
    }

    private Object extreme(Object value, Arguments arguments, int sign) {
        boolean caseSensitive = arguments.flag(0, "case_sensitive", false);
        UnaryOperator<Object> key = key(arguments.get(1, "attribute", None.NONE));
        Object best = new Undefined("the extreme of an empty sequence");
        for (Object item : items(value)) {
            if (best instanceof Undefined
                    || sign * Values.compare(fold(key.apply(item), caseSensitive), fold(key.apply(best), caseSensitive))
                            > 0) {
                best = item;
            }
        }
        return best;
    }

    private static Object round(Object value, Arguments arguments) {
        double number = Numbers.real(value);
        if (!Double.isFinite(number)) {
            return number;
        }
        RoundingMode mode = switch (arguments.text(1, "method", "common")) {
            case "ceil" -> RoundingMode.CEILING;
            case "floor" -> RoundingMode.FLOOR;
            default -> RoundingMode.HALF_EVEN;
        };
        int places = Math.clamp(arguments.integer(0, "precision", 0), -300, 300);
        return new BigDecimal(number).setScale(places, mode).doubleValue();
    }

    private Object sort(Object value, Arguments arguments) {
        return sorted(
                items(value),
                key(arguments.get(2, "attribute", None.NONE)),
                arguments.flag(0, "reverse", false),
                arguments.flag(1, "case_sensitive", false));
    }

    private static List<Object> sorted(
            List<Object> items, UnaryOperator<Object> key, boolean reverse, boolean caseSensitive) {
        Comparator<Object> order = (left, right) ->
                Values.compare(fold(key.apply(left), caseSensitive), fold(key.apply(right), caseSensitive));
        var sorted = new ArrayList<>(items);
        sorted.sort(reverse ? order.reversed() : order);
        return sorted;
    }

    private Object sum(Object value, Arguments arguments) {
        UnaryOperator<Object> key = key(arguments.get(0, "attribute", None.NONE));
        Object sum = arguments.get(1, "start", 0L);
        for (Object item : items(value)) {
            sum = Operators.binary("+", sum, key.apply(item));
        }
        return sum;
    }

    private List<Object> unique(Object value, Arguments arguments) {
        boolean caseSensitive = arguments.flag(0, "case_sensitive", false);
        UnaryOperator<Object> key = key(arguments.get(1, "attribute", None.NONE));
        var seen = new LinkedHashMap<Object, Object>();
        for (Object item : items(value)) {
            seen.putIfAbsent(fold(key.apply(item), caseSensitive), item);
        }
        return new ArrayList<>(seen.values());
    }
}
