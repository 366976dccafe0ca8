package dev.windlass.engine.token.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a template's values are in Java, and what Python would do with them: {@link None}, {@link Undefined}, Boolean, Long,
 * Double, String, List, {@link Tuple}, Map, {@link Namespace}, {@link Lazy}, {@link Loop} and {@link Callable}.
 */
final class Values {
    private static final int DEEPEST = 100;

    private Values() {}

    /** A copy that a template may change, of what JSON libraries make. */
    static Object of(@Nullable Object value) {
        return of(value, 0);
    }

    private static Object of(@Nullable Object value, int depth) {
        if (depth > DEEPEST) {
            throw new TemplateException("values are nested deeper than " + DEEPEST);
        }
        return switch (value) {
            case null -> None.NONE;
            case String text -> text;
            case Boolean flag -> flag;
            case Double real -> real;
            case Float real -> real.doubleValue();
            case BigDecimal real -> real.doubleValue();
            case BigInteger whole -> whole.bitLength() < 64 ? (Object) whole.longValue() : whole.doubleValue();
            case Number whole -> whole.longValue();
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<Object, Object>();
                map.forEach((key, item) -> copy.put(of(key, depth + 1), of(item, depth + 1)));
                yield copy;
            }
            case Iterable<?> items -> {
                var copy = new ArrayList<>();
                items.forEach(item -> copy.add(of(item, depth + 1)));
                yield copy;
            }
            default ->
                throw new TemplateException("expected a value as JSON has them, got "
                        + value.getClass().getName());
        };
    }

    static boolean isTrue(Object value) {
        return switch (value) {
            case Boolean flag -> flag;
            case String text -> !text.isEmpty();
            case Long whole -> whole != 0;
            case Double real -> real != 0;
            case List<?> list -> !list.isEmpty();
            case Tuple tuple -> !tuple.items().isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> value != None.NONE && !(value instanceof Undefined);
        };
    }

    static boolean areEqual(Object left, Object right) {
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return Numbers.isWhole(left) && Numbers.isWhole(right)
                    ? Numbers.whole(left) == Numbers.whole(right)
                    : Numbers.real(left) == Numbers.real(right);
        }
        return switch (left) {
            case List<?> list -> right instanceof List<?> other && areEqualInOrder(list, other);
            case Tuple tuple -> right instanceof Tuple other && areEqualInOrder(tuple.items(), other.items());
            case Map<?, ?> map -> right instanceof Map<?, ?> other && areEqualByKey(map, other);
            case Undefined _ -> right instanceof Undefined;
            case String text -> text.equals(right);
            default -> left == right;
        };
    }

    private static boolean areEqualInOrder(List<?> left, List<?> right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!areEqual(left.get(i), right.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean areEqualByKey(Map<?, ?> left, Map<?, ?> right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (var entry : left.entrySet()) {
            Object other = right.get(entry.getKey());
            if (other == null || !areEqual(entry.getValue(), other)) {
                return false;
            }
        }
        return true;
    }

    /** Less than 0, 0 or more as Python orders the two. */
    static int compare(Object left, Object right) {
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return Numbers.isWhole(left) && Numbers.isWhole(right)
                    ? Long.compare(Numbers.whole(left), Numbers.whole(right))
                    : Double.compare(Numbers.real(left), Numbers.real(right));
        }
        if (left instanceof String first && right instanceof String second) {
            return PythonStrings.compare(first, second);
        }
        List<?> first = left instanceof Tuple tuple ? tuple.items() : left instanceof List<?> list ? list : null;
        List<?> second = right instanceof Tuple tuple ? tuple.items() : right instanceof List<?> list ? list : null;
        if (first == null || second == null) {
            throw new TemplateException("%s and %s have no order".formatted(typeName(left), typeName(right)));
        }
        for (int i = 0; i < Math.min(first.size(), second.size()); i++) {
            if (!areEqual(first.get(i), second.get(i))) {
                return compare(first.get(i), second.get(i));
            }
        }
        return Integer.compare(first.size(), second.size());
    }

    static boolean contains(Object container, Object item) {
        return switch (container) {
            case String text -> {
                if (item instanceof String part) {
                    yield text.contains(part);
                }
                throw new TemplateException("in: expected text within text, got " + typeName(item));
            }
            case Map<?, ?> map -> map.containsKey(item);
            default -> {
                for (Object candidate : items(container)) {
                    if (areEqual(candidate, item)) {
                        yield true;
                    }
                }
                yield false;
            }
        };
    }

    /** What a loop over the value sees. */
    static List<Object> items(Object value) {
        return switch (value) {
            case List<?> list -> new ArrayList<>(list);
            case Tuple tuple -> tuple.items();
            case Map<?, ?> map -> new ArrayList<>(map.keySet());
            case String text ->
                text.codePoints().<Object>mapToObj(Character::toString).toList();
            case Lazy lazy -> drain(lazy.items());
            case Undefined _ -> List.of();
            default -> throw new TemplateException("expected something to go through, got " + typeName(value));
        };
    }

    private static List<Object> drain(Iterator<Object> items) {
        var list = new ArrayList<>();
        items.forEachRemaining(list::add);
        return list;
    }

    static int length(Object value) {
        return switch (value) {
            case String text -> text.codePointCount(0, text.length());
            case List<?> list -> list.size();
            case Tuple tuple -> tuple.items().size();
            case Map<?, ?> map -> map.size();
            case Undefined _ -> 0;
            default -> throw new TemplateException(typeName(value) + " has no length");
        };
    }

    static String typeName(Object value) {
        return switch (value) {
            case String _ -> "str";
            case Boolean _ -> "bool";
            case Long _ -> "int";
            case Double _ -> "float";
            case List<?> _ -> "list";
            case Tuple _ -> "tuple";
            case Map<?, ?> _ -> "dict";
            case Lazy _ -> "generator";
            case Callable _ -> "function";
            case None _ -> "None";
            case Undefined undefined -> "undefined (" + undefined.what() + ")";
            default -> value.getClass().getSimpleName();
        };
    }
}
