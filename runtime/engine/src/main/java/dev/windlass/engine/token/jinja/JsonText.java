package dev.windlass.engine.token.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Python's {@code json.dumps}, which the filter {@code tojson} of transformers is. */
final class JsonText {
    private final boolean asciiOnly;
    private final String indent;
    private final boolean indented;
    private final String itemSeparator;
    private final String keySeparator;
    private final boolean sorted;
    private final StringBuilder text = new StringBuilder();

    private JsonText(Arguments arguments) {
        Object width = arguments.get(1, "indent", None.NONE);
        this.asciiOnly = arguments.flag(0, "ensure_ascii", false);
        this.indented = width != None.NONE;
        this.indent = width instanceof String blanks
                ? blanks
                : indented ? " ".repeat(Math.clamp(Numbers.index(width), 0, 64)) : "";
        if (arguments.get(2, "separators", None.NONE) instanceof Tuple(var separators) && separators.size() == 2) {
            this.itemSeparator = PythonText.str(separators.get(0));
            this.keySeparator = PythonText.str(separators.get(1));
        } else {
            this.itemSeparator = indented ? "," : ", ";
            this.keySeparator = ": ";
        }
        this.sorted = arguments.flag(3, "sort_keys", false);
    }

    static String of(Object value, Arguments arguments) {
        var json = new JsonText(arguments);
        json.write(value, 0);
        return json.text.toString();
    }

    private void write(Object value, int depth) {
        if (depth > 200 || text.length() > Bounds.LONGEST_TEXT) {
            throw new TemplateException("tojson: the value is nested too deeply or too large");
        }
        switch (value) {
            case None _ -> text.append("null");
            case Boolean flag -> text.append(flag.booleanValue());
            case Long whole -> text.append(whole.longValue());
            case Double real -> text.append(real(real));
            case String string -> quote(string);
            case List<?> list -> array(list, depth);
            case Tuple tuple -> array(tuple.items(), depth);
            case Map<?, ?> map -> object(map, depth);
            default -> throw new TemplateException("tojson: %s has no JSON".formatted(Values.typeName(value)));
        }
    }

    private static String real(double value) {
        return Double.isNaN(value)
                ? "NaN"
                : Double.isInfinite(value) ? value > 0 ? "Infinity" : "-Infinity" : Numbers.text(value);
    }

    private void array(List<?> items, int depth) {
        text.append('[');
        for (int i = 0; i < items.size(); i++) {
            text.append(i == 0 ? "" : itemSeparator);
            newLine(depth + 1);
            write(items.get(i), depth + 1);
        }
        if (!items.isEmpty()) {
            newLine(depth);
        }
        text.append(']');
    }

    private void object(Map<?, ?> map, int depth) {
        text.append('{');
        List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
        if (sorted) {
            entries.sort((left, right) -> Values.compare(left.getKey(), right.getKey()));
        }
        for (int i = 0; i < entries.size(); i++) {
            text.append(i == 0 ? "" : itemSeparator);
            newLine(depth + 1);
            Object key = entries.get(i).getKey();
            quote(
                    switch (key) {
                        case String string -> string;
                        case Boolean flag -> flag.toString();
                        case None _ -> "null";
                        case Double real -> real(real);
                        default -> PythonText.str(key);
                    });
            text.append(keySeparator);
            write(entries.get(i).getValue(), depth + 1);
        }
        if (!entries.isEmpty()) {
            newLine(depth);
        }
        text.append('}');
    }

    private void newLine(int depth) {
        if (indented) {
            text.append('\n').repeat(indent, depth);
        }
    }

    private void quote(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case '\b' -> text.append("\\b");
                case '\f' -> text.append("\\f");
                default -> {
                    if (c < 0x20 || asciiOnly && c > 0x7E) {
                        text.append("\\u%04x".formatted((int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
