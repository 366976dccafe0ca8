package dev.windlass.engine.token.jinja;

import java.util.List;
import java.util.Map;

/** How Python prints values: {@code str} and {@code repr}. */
final class PythonText {
    private PythonText() {}

    static String str(Object value) {
        return switch (value) {
            case String text -> text;
            case Undefined _ -> "";
            default -> {
                var text = new StringBuilder();
                repr(value, text, 0);
                yield text.toString();
            }
        };
    }

    static String repr(Object value) {
        var text = new StringBuilder();
        repr(value, text, 0);
        return text.toString();
    }

    private static void repr(Object value, StringBuilder text, int depth) {
        if (depth > 200) {
            throw new TemplateException("values are nested too deeply to be printed");
        }
        switch (value) {
            case None _ -> text.append("None");
            case Boolean flag -> text.append(flag ? "True" : "False");
            case Long whole -> text.append(whole.longValue());
            case Double real -> text.append(Numbers.text(real));
            case String string -> quote(string, text);
            case Undefined _ -> text.append("Undefined");
            case List<?> list -> sequence("[", list, "]", text, depth);
            case Tuple tuple -> sequence("(", tuple.items(), tuple.items().size() == 1 ? ",)" : ")", text, depth);
            case Map<?, ?> map -> {
                String separator = "{";
                for (var entry : map.entrySet()) {
                    text.append(separator);
                    repr(entry.getKey(), text, depth + 1);
                    text.append(": ");
                    repr(entry.getValue(), text, depth + 1);
                    separator = ", ";
                }
                text.append(map.isEmpty() ? "{}" : "}");
            }
            default -> text.append('<').append(Values.typeName(value)).append(" object>");
        }
    }

    private static void sequence(String open, List<?> items, String close, StringBuilder text, int depth) {
        text.append(open);
        for (int i = 0; i < items.size(); i++) {
            text.append(i == 0 ? "" : ", ");
            repr(items.get(i), text, depth + 1);
        }
        text.append(close);
    }

    private static void quote(String string, StringBuilder text) {
        char quote = string.indexOf('\'') >= 0 && string.indexOf('"') < 0 ? '"' : '\'';
        text.append(quote);
        string.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case '\\' -> text.append("\\\\");
                default -> {
                    if (c == quote) {
                        text.append('\\').append(quote);
                    } else if (isPrintable(c)) {
                        text.appendCodePoint(c);
                    } else {
                        text.append(
                                c < 0x100
                                        ? "\\x%02x".formatted(c)
                                        : c < 0x10000 ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c));
                    }
                }
            }
        });
        text.append(quote);
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }
}
