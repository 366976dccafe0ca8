package dev.windlass.engine.token.jinja;

import dev.windlass.engine.token.jinja.Expression.ArgumentList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of expressions. */
final class Evaluator {
    private final Bounds bounds;
    private final Filters filters;

    Evaluator(Bounds bounds) {
        this.bounds = bounds;
        this.filters = new Filters(bounds);
    }

    Object value(Expression expression, Scope scope) {
        bounds.step();
        return switch (expression) {
            case Expression.Constant(var value) -> value;
            case Expression.Name(var name) -> {
                Object value = scope.find(name);
                yield value == null ? new Undefined("'" + name + "'") : value;
            }
            case Expression.ListOf(var items) -> values(items, scope);
            case Expression.TupleOf(var items) -> new Tuple(values(items, scope));
            case Expression.DictOf(var keys, var values) -> {
                var map = new LinkedHashMap<>();
                for (int i = 0; i < keys.size(); i++) {
                    map.put(value(keys.get(i), scope), value(values.get(i), scope));
                }
                yield map;
            }
            case Expression.Attribute(var target, var name) -> Members.attribute(value(target, scope), name);
            case Expression.Item(var target, var index) -> Members.item(value(target, scope), value(index, scope));
            case Expression.Slice(var target, var start, var stop, var step) ->
                Members.slice(value(target, scope), value(start, scope), value(stop, scope), value(step, scope));
            case Expression.Call(var target, var arguments) -> call(value(target, scope), arguments(arguments, scope));
            case Expression.Filter(var target, var name, var arguments) ->
                filters.apply(name, value(target, scope), arguments(arguments, scope));
            case Expression.Test(var target, var name, var arguments) ->
                Tests.apply(name, value(target, scope), arguments(arguments, scope));
            case Expression.Not(var operand) -> !isTrue(operand, scope);
            case Expression.Sign(var operand, var negative) -> sign(value(operand, scope), negative);
            case Expression.And(var left, var right) -> {
                Object first = value(left, scope);
                yield Values.isTrue(first) ? value(right, scope) : first;
            }
            case Expression.Or(var left, var right) -> {
                Object first = value(left, scope);
                yield Values.isTrue(first) ? first : value(right, scope);
            }
            case Expression.Binary(var operator, var left, var right) ->
                Operators.binary(operator, value(left, scope), value(right, scope));
            case Expression.Concatenation(var parts) -> {
                var text = new StringBuilder();
                for (Expression part : parts) {
                    text.append(PythonText.str(value(part, scope)));
                    Bounds.checkLength(text.length());
                }
                yield text.toString();
            }
            case Expression.Comparison(var first, var operands) -> {
                Object left = value(first, scope);
                boolean holds = true;
                for (int i = 0; i < operands.size() && holds; i++) {
                    Object right = value(operands.get(i).expression(), scope);
                    holds = Operators.compare(operands.get(i).operator(), left, right);
                    left = right;
                }
                yield holds;
            }
            case Expression.Conditional(var test, var then, var otherwise) ->
                isTrue(test, scope)
                        ? value(then, scope)
                        : otherwise == null ? Undefined.CONDITION : value(otherwise, scope);
        };
    }

    boolean isTrue(Expression expression, Scope scope) {
        return Values.isTrue(value(expression, scope));
    }

    private static Object sign(Object value, boolean negative) {
        if (!Numbers.isNumber(value)) {
            throw new TemplateException("expected a number after a sign, got " + Values.typeName(value));
        }
        return Numbers.apply(negative ? "-" : "+", 0L, value);
    }

    private List<Object> values(List<Expression> expressions, Scope scope) {
        var values = new ArrayList<>(expressions.size());
        for (Expression expression : expressions) {
            values.add(value(expression, scope));
        }
        return values;
    }

    Arguments arguments(ArgumentList list, Scope scope) {
        if (list == ArgumentList.NONE) {
            return Arguments.NONE;
        }
        List<Object> positional = values(list.positional(), scope);
        var named = new LinkedHashMap<String, Object>();
        for (var keyword : list.keywords()) {
            named.put(keyword.name(), value(keyword.value(), scope));
        }
        if (list.positionalRest() != null) {
            positional.addAll(Values.items(value(list.positionalRest(), scope)));
        }
        if (list.keywordRest() != null) {
            if (!(value(list.keywordRest(), scope) instanceof Map<?, ?> rest)) {
                throw new TemplateException("expected a mapping after **");
            }
            rest.forEach((key, value) -> named.put(PythonText.str(key), value));
        }
        return new Arguments(positional, named);
    }

    Object call(Object target, Arguments arguments) {
        return switch (target) {
            case Callable callable -> callable.call(arguments);
            case Loop loop -> loop.recursion().call(arguments);
            case Undefined undefined -> throw undefined.error();
            default -> throw new TemplateException(Values.typeName(target) + " cannot be called");
        };
    }
}
