package dev.windlass.engine.token.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Python's operators on values. */
final class Operators {
    private Operators() {}

    static Object binary(String operator, Object left, Object right) {
        if (left instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (right instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return Numbers.apply(operator, left, right);
        }
        if (operator.equals("+")) {
            if (left instanceof String first && right instanceof String second) {
                Bounds.checkLength((long) first.length() + second.length());
                return first + second;
            }
            if (left instanceof List<?> first && right instanceof List<?> second) {
                return joined(first, second);
            }
            if (left instanceof Tuple first && right instanceof Tuple second) {
                return new Tuple(joined(first.items(), second.items()));
            }
        }
        if (operator.equals("*")) {
            if (Numbers.isWhole(left)) {
                return repeated(right, left);
            }
            if (Numbers.isWhole(right)) {
                return repeated(left, right);
            }
        }
        if (operator.equals("%") && left instanceof String format) {
            return Formats.percent(format, right instanceof Tuple tuple ? tuple : Tuple.of(right), Map.of());
        }
        throw new TemplateException(
                "%s does not take %s and %s".formatted(operator, Values.typeName(left), Values.typeName(right)));
    }

    private static List<Object> joined(List<?> left, List<?> right) {
        Bounds.checkLength((long) left.size() + right.size());
        var joined = new ArrayList<Object>(left);
        joined.addAll(right);
        return joined;
    }

    private static Object repeated(Object value, Object times) {
        int count = Math.max(0, Numbers.index(times));
        Bounds.checkLength((long) count * Values.length(value));
        if (value instanceof String text) {
            return text.repeat(count);
        }
        var repeated = new ArrayList<>();
        List<Object> items = value instanceof List || value instanceof Tuple ? Values.items(value) : List.of();
        for (int i = 0; i < count; i++) {
            repeated.addAll(items);
        }
        return value instanceof Tuple ? new Tuple(repeated) : repeated;
    }

    static boolean compare(String operator, Object left, Object right) {
        return switch (operator) {
            case "==" -> Values.areEqual(left, right);
            case "!=" -> !Values.areEqual(left, right);
            case "in" -> Values.contains(right, left);
            case "not in" -> !Values.contains(right, left);
            case "<" -> Values.compare(left, right) < 0;
            case "<=" -> Values.compare(left, right) <= 0;
            case ">" -> Values.compare(left, right) > 0;
            default -> Values.compare(left, right) >= 0;
        };
    }
}
