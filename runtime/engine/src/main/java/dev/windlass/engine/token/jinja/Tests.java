package dev.windlass.engine.token.jinja;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What may stand after {@code is}. */
final class Tests {
    private Tests() {}

    static boolean apply(String name, Object value, Arguments arguments) {
        return switch (name) {
            case "defined" -> !(value instanceof Undefined);
            case "undefined" -> value instanceof Undefined;
            case "none" -> value == None.NONE;
            case "boolean" -> value instanceof Boolean;
            case "true" -> Boolean.TRUE.equals(value);
            case "false" -> Boolean.FALSE.equals(value);
            case "integer" -> value instanceof Long;
            case "float" -> value instanceof Double;
            case "number" -> Numbers.isNumber(value);
            case "string" -> value instanceof String;
            case "mapping" -> value instanceof Map;
            case "iterable" -> isSequence(value) || value instanceof Lazy;
            case "sequence" -> isSequence(value);
            case "callable" -> value instanceof Callable || value instanceof Loop;
            case "escaped" -> false;
            case "sameas" -> isSame(value, arguments.require(0, "other"));
            case "in" -> Values.contains(arguments.require(0, "seq"), value);
            case "even" -> Numbers.apply("%", value, 2L).equals(0L);
            case "odd" -> Numbers.apply("%", value, 2L).equals(1L);
            case "divisibleby" ->
                Numbers.apply("%", value, arguments.require(0, "num")).equals(0L);
            case "lower" -> value instanceof String text && text.equals(text.toLowerCase(Locale.ROOT)) && hasCase(text);
            case "upper" -> value instanceof String text && text.equals(text.toUpperCase(Locale.ROOT)) && hasCase(text);
            case "==", "eq", "equalto" -> Values.areEqual(value, arguments.require(0, "other"));
            case "!=", "ne" -> !Values.areEqual(value, arguments.require(0, "other"));
            case "<", "lt", "lessthan" -> Values.compare(value, arguments.require(0, "other")) < 0;
            case "<=", "le" -> Values.compare(value, arguments.require(0, "other")) <= 0;
            case ">", "gt", "greaterthan" -> Values.compare(value, arguments.require(0, "other")) > 0;
            case ">=", "ge" -> Values.compare(value, arguments.require(0, "other")) >= 0;
            default -> throw new TemplateException("there is no test named \"" + name + "\"");
        };
    }

    /** An undefined value has both a length and items in Jinja: none. */
    private static boolean isSequence(Object value) {
        return value instanceof String
                || value instanceof List
                || value instanceof Tuple
                || value instanceof Map
                || value instanceof Undefined;
    }

    private static boolean isSame(Object left, Object right) {
        return left == right
                || left instanceof Boolean && left.equals(right)
                || left instanceof String && left.equals(right);
    }

    private static boolean hasCase(String text) {
        return text.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
    }
}
