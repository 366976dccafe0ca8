package dev.windlass.engine.token.jinja;

import dev.windlass.engine.token.jinja.Statement.Parameters;
import dev.windlass.engine.token.jinja.Statement.Target;
import dev.windlass.engine.token.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Jinja's statements: those of its core that stand on their own, loop controls and {@code generation}. */
final class TemplateParser {
    private static final int DEEPEST = 100;

    private final TokenReader tokens;
    private final ExpressionParser expressions;
    private int depth;

    private TemplateParser(TokenReader tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
    }

    static List<Statement> parse(String source) {
        var parser = new TemplateParser(new TokenReader(Lexer.tokens(source)));
        List<Statement> body = parser.body(Set.of());
        if (parser.tokens.current().kind() != Kind.END) {
            throw parser.tokens.unexpected("the end of the template");
        }
        return body;
    }

    /** Statements up to a block that begins with one of {@code ends}, whose beginning is read. */
    private List<Statement> body(Set<String> ends) {
        if (++depth > DEEPEST) {
            throw TemplateException.syntax(tokens.current().line(), "blocks are nested too deeply");
        }
        var body = new ArrayList<Statement>();
        while (true) {
            Token token = tokens.current();
            switch (token.kind()) {
                case DATA -> body.add(new Statement.Text(tokens.next().text()));
                case VARIABLE_BEGIN -> {
                    tokens.next();
                    body.add(new Statement.Output(expressions.tuple(true)));
                    tokens.expect(Kind.VARIABLE_END);
                }
                case BLOCK_BEGIN -> {
                    if (ends.contains(tokens.following().text())) {
                        tokens.next();
                        depth--;
                        return List.copyOf(body);
                    }
                    tokens.next();
                    body.add(statement());
                }
                default -> {
                    if (token.kind() != Kind.END || !ends.isEmpty()) {
                        throw tokens.unexpected("one of " + ends);
                    }
                    depth--;
                    return List.copyOf(body);
                }
            }
        }
    }

    private Statement statement() {
        int line = tokens.current().line();
        String tag = tokens.expect(Kind.NAME);
        return switch (tag) {
            case "if" -> conditional();
            case "for" -> loop();
            case "set" -> assignment();
            case "macro" -> macro();
            case "call" -> callBlock();
            case "filter" -> {
                Expression value = expressions.filterChain(new Expression.Name(Statement.BODY));
                yield new Statement.FilterBlock(value, block("endfilter"));
            }
            case "with" -> with();
            case "generation" -> new Statement.With(List.of(), List.of(), block("endgeneration"));
            case "break" -> {
                tokens.expect(Kind.BLOCK_END);
                yield new Statement.Break();
            }
            case "continue" -> {
                tokens.expect(Kind.BLOCK_END);
                yield new Statement.Continue();
            }
            default -> throw TemplateException.syntax(line, "unknown tag \"" + tag + "\"");
        };
    }

    /** The rest of an opening tag, the body, and the closing tag. */
    private List<Statement> block(String end) {
        tokens.expect(Kind.BLOCK_END);
        List<Statement> body = body(Set.of(end));
        tokens.expectName(end);
        // A macro's name may be repeated at its end.
        if (tokens.current().kind() == Kind.NAME && end.equals("endmacro")) {
            tokens.next();
        }
        tokens.expect(Kind.BLOCK_END);
        return body;
    }

    private Statement conditional() {
        var branches = new ArrayList<Statement.Branch>();
        List<Statement> otherwise = List.of();
        do {
            Expression test = expressions.tuple(true);
            tokens.expect(Kind.BLOCK_END);
            branches.add(new Statement.Branch(test, body(Set.of("elif", "else", "endif"))));
        } while (tokens.skipName("elif"));
        if (tokens.skipName("else")) {
            tokens.expect(Kind.BLOCK_END);
            otherwise = body(Set.of("endif"));
        }
        tokens.expectName("endif");
        tokens.expect(Kind.BLOCK_END);
        return new Statement.If(branches, otherwise);
    }

    private Statement loop() {
        Target target = target(false);
        tokens.expectName("in");
        Expression items = expressions.tuple(false);
        @Nullable Expression filter = tokens.skipName("if") ? expressions.expression() : null;
        boolean recursive = tokens.skipName("recursive");
        tokens.expect(Kind.BLOCK_END);
        List<Statement> body = body(Set.of("else", "endfor"));
        List<Statement> otherwise = List.of();
        if (tokens.skipName("else")) {
            tokens.expect(Kind.BLOCK_END);
            otherwise = body(Set.of("endfor"));
        }
        tokens.expectName("endfor");
        tokens.expect(Kind.BLOCK_END);
        return new Statement.For(target, items, filter, recursive, body, otherwise);
    }

    private Statement assignment() {
        Target target = target(true);
        if (tokens.skipOperator("=")) {
            Expression value = expressions.tuple(true);
            tokens.expect(Kind.BLOCK_END);
            return new Statement.Assign(target, value);
        }
        Expression value = new Expression.Name(Statement.BODY);
        if (tokens.current().isOperator("|")) {
            value = expressions.filterChain(value);
        }
        return new Statement.AssignBlock(target, value, block("endset"));
    }

    private Target target(boolean withNamespace) {
        var targets = new ArrayList<Target>();
        boolean comma = false;
        do {
            targets.add(single(withNamespace));
            comma = tokens.skipOperator(",");
        } while (comma
                && (tokens.current().kind() == Kind.NAME && !tokens.current().isName("in")
                        || tokens.current().isOperator("(")));
        return targets.size() == 1 && !comma ? targets.getFirst() : new Target.Several(targets);
    }

    private Target single(boolean withNamespace) {
        if (tokens.skipOperator("(")) {
            Target inner = target(withNamespace);
            tokens.expectOperator(")");
            return inner;
        }
        String name = tokens.expect(Kind.NAME);
        if (withNamespace && tokens.skipOperator(".")) {
            return new Target.NamespaceField(name, tokens.expect(Kind.NAME));
        }
        return new Target.Variable(name);
    }

    private Statement macro() {
        String name = tokens.expect(Kind.NAME);
        return new Statement.DefineMacro(name, parameters(), block("endmacro"));
    }

    private Statement callBlock() {
        Parameters parameters = tokens.current().isOperator("(") ? parameters() : new Parameters(List.of(), List.of());
        if (!(expressions.expression() instanceof Expression.Call call)) {
            throw tokens.unexpected("a call");
        }
        return new Statement.CallBlock(parameters, call, block("endcall"));
    }

    private Statement with() {
        var targets = new ArrayList<Target>();
        var values = new ArrayList<Expression>();
        while (tokens.current().kind() != Kind.BLOCK_END) {
            targets.add(single(false));
            tokens.expectOperator("=");
            values.add(expressions.expression());
            if (!tokens.skipOperator(",")) {
                break;
            }
        }
        return new Statement.With(targets, values, block("endwith"));
    }

    private Parameters parameters() {
        var names = new ArrayList<String>();
        var defaults = new ArrayList<Expression>();
        tokens.expectOperator("(");
        while (!tokens.current().isOperator(")")) {
            names.add(tokens.expect(Kind.NAME));
            if (tokens.skipOperator("=")) {
                defaults.add(expressions.expression());
            } else if (!defaults.isEmpty()) {
                throw tokens.unexpected("a default");
            }
            if (!tokens.skipOperator(",")) {
                break;
            }
        }
        tokens.expectOperator(")");
        return new Parameters(names, defaults);
    }
}
