package dev.windlass.engine.token.jinja;

import dev.windlass.engine.token.jinja.Token.Kind;
import java.util.List;

/** Where a parser is in the tokens. */
final class TokenReader {
    private final List<Token> tokens;
    private int at;

    TokenReader(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token current() {
        return tokens.get(at);
    }

    Token following() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    Token next() {
        Token token = tokens.get(at);
        if (token.kind() != Kind.END) {
            at++;
        }
        return token;
    }

    boolean skipOperator(String operator) {
        boolean found = current().isOperator(operator);
        if (found) {
            at++;
        }
        return found;
    }

    boolean skipName(String name) {
        boolean found = current().isName(name);
        if (found) {
            at++;
        }
        return found;
    }

    void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw unexpected("\"" + operator + "\"");
        }
    }

    void expectName(String name) {
        if (!skipName(name)) {
            throw unexpected("\"" + name + "\"");
        }
    }

    String expect(Kind kind) {
        if (current().kind() != kind) {
            throw unexpected(kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
        }
        return next().text();
    }

    TemplateException unexpected(String expected) {
        Token found = current();
        String what = found.text().isEmpty()
                ? found.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
                : "\"" + found.text() + "\"";
        return TemplateException.syntax(found.line(), "expected " + expected + ", got " + what);
    }
}
