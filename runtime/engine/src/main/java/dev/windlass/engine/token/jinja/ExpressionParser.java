package dev.windlass.engine.token.jinja;

import dev.windlass.engine.token.jinja.Expression.ArgumentList;
import dev.windlass.engine.token.jinja.Expression.Keyword;
import dev.windlass.engine.token.jinja.Expression.Operand;
import dev.windlass.engine.token.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Jinja's expression grammar, one method a rule, from the loosest binding to the tightest. */
final class ExpressionParser {
    private static final int DEEPEST = 200;
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Expression NONE = new Expression.Constant(None.NONE);

    private final TokenReader tokens;
    private int depth;

    ExpressionParser(TokenReader tokens) {
        this.tokens = tokens;
    }

    Expression expression() {
        return nested(this::conditional);
    }

    /** One expression, or several with commas: a tuple. */
    Expression tuple(boolean withConditional) {
        return tuple(withConditional ? this::expression : () -> nested(this::or), false);
    }

    private Expression tuple(Supplier<Expression> item, boolean parenthesised) {
        var items = new ArrayList<Expression>();
        boolean comma = false;
        while (!endsTuple()) {
            items.add(item.get());
            comma = tokens.skipOperator(",");
            if (!comma) {
                break;
            }
        }
        if (!comma && items.size() == 1) {
            return items.getFirst();
        }
        if (items.isEmpty() && !parenthesised) {
            throw tokens.unexpected("an expression");
        }
        return new Expression.TupleOf(items);
    }

    private boolean endsTuple() {
        Token token = tokens.current();
        return token.kind() == Kind.VARIABLE_END
                || token.kind() == Kind.BLOCK_END
                || token.isOperator(")")
                || token.isName("recursive");
    }

    private <T> T nested(Supplier<T> rule) {
        if (++depth > DEEPEST) {
            throw TemplateException.syntax(tokens.current().line(), "expressions are nested too deeply");
        }
        try {
            return rule.get();
        } finally {
            depth--;
        }
    }

    private Expression conditional() {
        Expression value = or();
        while (tokens.skipName("if")) {
            Expression test = or();
            Expression otherwise = tokens.skipName("else") ? expression() : null;
            value = new Expression.Conditional(test, value, otherwise);
        }
        return value;
    }

    private Expression or() {
        Expression left = and();
        while (tokens.skipName("or")) {
            left = new Expression.Or(left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (tokens.skipName("and")) {
            left = new Expression.And(left, not());
        }
        return left;
    }

    private Expression not() {
        return tokens.skipName("not") ? new Expression.Not(nested(this::not)) : comparison();
    }

    private Expression comparison() {
        Expression first = sum();
        var operands = new ArrayList<Operand>();
        while (true) {
            Token token = tokens.current();
            if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
                tokens.next();
                operands.add(new Operand(token.text(), sum()));
            } else if (tokens.skipName("in")) {
                operands.add(new Operand("in", sum()));
            } else if (token.isName("not") && tokens.following().isName("in")) {
                tokens.next();
                tokens.next();
                operands.add(new Operand("not in", sum()));
            } else {
                return operands.isEmpty() ? first : new Expression.Comparison(first, operands);
            }
        }
    }

    private Expression sum() {
        Expression left = concatenation();
        while (tokens.current().isOperator("+") || tokens.current().isOperator("-")) {
            left = new Expression.Binary(tokens.next().text(), left, concatenation());
        }
        return left;
    }

    private Expression concatenation() {
        var parts = new ArrayList<Expression>();
        parts.add(product());
        while (tokens.skipOperator("~")) {
            parts.add(product());
        }
        return parts.size() == 1 ? parts.getFirst() : new Expression.Concatenation(parts);
    }

    private Expression product() {
        Expression left = power();
        while (tokens.current().kind() == Kind.OPERATOR
                && Set.of("*", "/", "//", "%").contains(tokens.current().text())) {
            left = new Expression.Binary(tokens.next().text(), left, power());
        }
        return left;
    }

    private Expression power() {
        Expression left = unary(true);
        while (tokens.skipOperator("**")) {
            left = new Expression.Binary("**", left, unary(true));
        }
        return left;
    }

    private Expression unary(boolean withFilters) {
        Expression value;
        if (tokens.current().isOperator("-") || tokens.current().isOperator("+")) {
            boolean negative = tokens.next().text().equals("-");
            value = new Expression.Sign(nested(() -> unary(false)), negative);
        } else {
            value = primary();
        }
        value = postfix(value);
        return withFilters ? filters(value) : value;
    }

    private Expression primary() {
        Token token = tokens.current();
        return switch (token.kind()) {
            case NAME -> {
                tokens.next();
                yield switch (token.text()) {
                    case "true", "True" -> new Expression.Constant(true);
                    case "false", "False" -> new Expression.Constant(false);
                    case "none", "None" -> NONE;
                    default -> new Expression.Name(token.text());
                };
            }
            case STRING -> {
                var text = new StringBuilder();
                while (tokens.current().kind() == Kind.STRING) {
                    text.append(tokens.next().text());
                }
                yield new Expression.Constant(text.toString());
            }
            case INTEGER -> new Expression.Constant(Numbers.integer(tokens.next()));
            case FLOAT ->
                new Expression.Constant(Double.parseDouble(tokens.next().text().replace("_", "")));
            case OPERATOR -> bracketed(token);
            case DATA, BLOCK_BEGIN, BLOCK_END, VARIABLE_BEGIN, VARIABLE_END, END ->
                throw tokens.unexpected("an expression");
        };
    }

    private Expression bracketed(Token token) {
        if (tokens.skipOperator("(")) {
            Expression value = tuple(this::expression, true);
            tokens.expectOperator(")");
            return value;
        }
        if (tokens.skipOperator("[")) {
            var items = new ArrayList<Expression>();
            while (!tokens.current().isOperator("]")) {
                items.add(expression());
                if (!tokens.skipOperator(",")) {
                    break;
                }
            }
            tokens.expectOperator("]");
            return new Expression.ListOf(items);
        }
        if (tokens.skipOperator("{")) {
            var keys = new ArrayList<Expression>();
            var values = new ArrayList<Expression>();
            while (!tokens.current().isOperator("}")) {
                keys.add(expression());
                tokens.expectOperator(":");
                values.add(expression());
                if (!tokens.skipOperator(",")) {
                    break;
                }
            }
            tokens.expectOperator("}");
            return new Expression.DictOf(keys, values);
        }
        throw TemplateException.syntax(token.line(), "expected an expression, got \"" + token.text() + "\"");
    }

    private Expression postfix(Expression target) {
        Expression value = target;
        while (true) {
            if (tokens.skipOperator(".")) {
                Token name = tokens.next();
                value = switch (name.kind()) {
                    case NAME -> new Expression.Attribute(value, name.text());
                    case INTEGER -> new Expression.Item(value, new Expression.Constant(Numbers.integer(name)));
                    default -> throw TemplateException.syntax(name.line(), "expected a name after \".\"");
                };
            } else if (tokens.skipOperator("[")) {
                value = subscript(value);
            } else if (tokens.current().isOperator("(")) {
                value = new Expression.Call(value, arguments());
            } else {
                return value;
            }
        }
    }

    private Expression subscript(Expression target) {
        var parts = new ArrayList<Expression>();
        boolean slice = false;
        Expression part = null;
        while (true) {
            if (tokens.skipOperator(":")) {
                slice = true;
                parts.add(part == null ? NONE : part);
                part = null;
            } else if (tokens.skipOperator("]")) {
                break;
            } else if (part == null) {
                part = expression();
            } else {
                throw tokens.unexpected("\"]\"");
            }
        }
        if (!slice) {
            if (part == null) {
                throw tokens.unexpected("an index");
            }
            return new Expression.Item(target, part);
        }
        parts.add(part == null ? NONE : part);
        while (parts.size() < 3) {
            parts.add(NONE);
        }
        return new Expression.Slice(target, parts.get(0), parts.get(1), parts.get(2));
    }

    private Expression filters(Expression target) {
        Expression value = target;
        while (true) {
            if (tokens.current().isOperator("|")) {
                value = filter(value);
            } else if (tokens.skipName("is")) {
                value = test(value);
            } else if (tokens.current().isOperator("(")) {
                value = new Expression.Call(value, arguments());
            } else {
                return value;
            }
        }
    }

    /** A chain of filters, each after its bar; the first bar may be left out. */
    Expression filterChain(Expression target) {
        Expression value = tokens.current().isOperator("|") ? target : named(target);
        while (tokens.current().isOperator("|")) {
            value = filter(value);
        }
        return value;
    }

    private Expression filter(Expression target) {
        tokens.expectOperator("|");
        return named(target);
    }

    private Expression named(Expression target) {
        String name = tokens.expect(Kind.NAME);
        return new Expression.Filter(target, name, tokens.current().isOperator("(") ? arguments() : ArgumentList.NONE);
    }

    private Expression test(Expression target) {
        boolean negated = tokens.skipName("not");
        String name = tokens.expect(Kind.NAME);
        var arguments = ArgumentList.NONE;
        if (tokens.current().isOperator("(")) {
            arguments = arguments();
        } else if (takesArgument(tokens.current())) {
            arguments = new ArgumentList(List.of(postfix(primary())), List.of(), null, null);
        }
        Expression test = new Expression.Test(target, name, arguments);
        return negated ? new Expression.Not(test) : test;
    }

    private static boolean takesArgument(Token token) {
        return switch (token.kind()) {
            case NAME -> !Set.of("else", "or", "and", "if", "is", "in", "not").contains(token.text());
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> token.text().equals("[") || token.text().equals("{");
            case DATA, BLOCK_BEGIN, BLOCK_END, VARIABLE_BEGIN, VARIABLE_END, END -> false;
        };
    }

    private ArgumentList arguments() {
        tokens.expectOperator("(");
        var positional = new ArrayList<Expression>();
        var keywords = new ArrayList<Keyword>();
        @Nullable Expression positionalRest = null;
        @Nullable Expression keywordRest = null;
        while (!tokens.current().isOperator(")")) {
            if (tokens.skipOperator("*")) {
                positionalRest = expression();
            } else if (tokens.skipOperator("**")) {
                keywordRest = expression();
            } else if (tokens.current().kind() == Kind.NAME
                    && tokens.following().isOperator("=")) {
                String name = tokens.next().text();
                tokens.next();
                keywords.add(new Keyword(name, expression()));
            } else {
                positional.add(expression());
            }
            if (!tokens.skipOperator(",")) {
                break;
            }
        }
        tokens.expectOperator(")");
        return new ArgumentList(positional, keywords, positionalRest, keywordRest);
    }
}
