package dev.windlass.engine.token.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has a value. */
sealed interface Expression {
    record Constant(Object value) implements Expression {}

    record Name(String name) implements Expression {}

    record ListOf(List<Expression> items) implements Expression {}

    record TupleOf(List<Expression> items) implements Expression {}

    record DictOf(List<Expression> keys, List<Expression> values) implements Expression {}

    record Attribute(Expression target, String name) implements Expression {}

    record Item(Expression target, Expression index) implements Expression {}

    record Slice(Expression target, Expression start, Expression stop, Expression step) implements Expression {}

    record Call(Expression target, ArgumentList arguments) implements Expression {}

    record Filter(Expression target, String name, ArgumentList arguments) implements Expression {}

    record Test(Expression target, String name, ArgumentList arguments) implements Expression {}

    record Not(Expression operand) implements Expression {}

    record Sign(Expression operand, boolean negative) implements Expression {}

    record And(Expression left, Expression right) implements Expression {}

    record Or(Expression left, Expression right) implements Expression {}

    record Binary(String operator, Expression left, Expression right) implements Expression {}

    record Concatenation(List<Expression> parts) implements Expression {}

    record Comparison(Expression first, List<Operand> operands) implements Expression {}

    record Conditional(
            Expression test, Expression then, @Nullable Expression otherwise) implements Expression {}

    record Operand(String operator, Expression expression) {}

    record Keyword(String name, Expression value) {}

    record ArgumentList(
            List<Expression> positional,
            List<Keyword> keywords,
            @Nullable Expression positionalRest,
            @Nullable Expression keywordRest) {
        static final ArgumentList NONE = new ArgumentList(List.of(), List.of(), null, null);
    }
}
