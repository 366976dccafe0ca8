package dev.windlass.engine.token.jinja;

import dev.windlass.engine.token.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens as Jinja's lexer does with {@code trim_blocks} and {@code lstrip_blocks}: a block takes the
 * newline after it and the blanks before it on its line along, and {@code -} takes all white space.
 */
final class Lexer {
    private static final Pattern BEGIN = Pattern.compile("\\{[{%#]");
    private static final Pattern RAW =
            Pattern.compile("\\{%([-+]?)\\s*raw\\s*(?:-%\\}\\s*|%\\})", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern END_RAW =
            Pattern.compile("\\{%([-+]?)\\s*endraw\\s*(?:\\+%\\}|-%\\}\\s*|%\\}\\n?)", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern COMMENT_END =
            Pattern.compile("\\+#\\}|-#\\}\\s*|#\\}\\n?", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern BLOCK_END =
            Pattern.compile("\\+%\\}|-%\\}\\s*|%\\}\\n?", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern VARIABLE_END = Pattern.compile("-\\}\\}\\s*|\\}\\}", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");
    private static final Pattern FLOAT =
            Pattern.compile("[0-9][0-9_]*(?:(?:\\.[0-9][0-9_]*)?[eE][-+]?[0-9]+|\\.[0-9][0-9_]*)");
    private static final Pattern INTEGER = Pattern.compile("0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[0-9][0-9_]*");
    private static final Pattern STRING =
            Pattern.compile("'(?:[^'\\\\]|\\\\.)*+'|\"(?:[^\"\\\\]|\\\\.)*+\"", Pattern.DOTALL);
    private static final Pattern OPERATOR = Pattern.compile("//|\\*\\*|==|!=|>=|<=|[-+/*%~\\[\\](){}<>=.:|,;]");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private int counted;
    private boolean lineStarting = true;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String template) {
        String source = template.replace("\r\n", "\n").replace('\r', '\n');
        if (source.endsWith("\n")) {
            source = source.substring(0, source.length() - 1);
        }
        var lexer = new Lexer(source);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        Matcher begin = BEGIN.matcher(source);
        while (begin.find(at)) {
            int start = begin.start();
            char kind = source.charAt(start + 1);
            data(source.substring(at, start), sign(start + 2), kind == '{');
            Matcher raw = RAW.matcher(source).region(start, source.length());
            if (kind == '%' && raw.lookingAt()) {
                raw(raw.end());
                continue;
            }
            at = start + 2 + (sign(start + 2) == ' ' ? 0 : 1);
            switch (kind) {
                case '#' -> comment(start);
                case '%' -> {
                    add(Kind.BLOCK_BEGIN, "");
                    expression(BLOCK_END, Kind.BLOCK_END);
                }
                default -> {
                    add(Kind.VARIABLE_BEGIN, "");
                    expression(VARIABLE_END, Kind.VARIABLE_END);
                }
            }
        }
        text(source.substring(at));
        at = source.length();
        add(Kind.END, "");
    }

    private char sign(int position) {
        char c = position < source.length() ? source.charAt(position) : ' ';
        return c == '-' || c == '+' ? c : ' ';
    }

    private void data(String data, char sign, boolean variable) {
        if (sign == '-') {
            text(PythonStrings.stripRight(data));
            return;
        }
        int lineStart = data.lastIndexOf('\n') + 1;
        boolean strip = sign != '+'
                && !variable
                && (lineStart > 0 || lineStarting)
                && PythonStrings.stripRight(data.substring(lineStart)).isEmpty();
        text(strip ? data.substring(0, lineStart) : data);
    }

    private void text(String text) {
        if (!text.isEmpty()) {
            add(Kind.DATA, text);
        }
    }

    private void comment(int start) {
        Matcher end = COMMENT_END.matcher(source);
        if (!end.find(at)) {
            throw TemplateException.syntax(lineAt(start), "expected #} at the comment's end, found none");
        }
        advance(end.end());
    }

    private void raw(int begin) {
        Matcher end = END_RAW.matcher(source);
        if (!end.find(begin)) {
            throw TemplateException.syntax(lineAt(begin), "expected endraw, found none");
        }
        lineStarting = source.charAt(begin - 1) == '\n';
        String sign = String.valueOf(end.group(1));
        data(source.substring(begin, end.start()), sign.isEmpty() ? ' ' : sign.charAt(0), false);
        advance(end.end());
    }

    private void advance(int end) {
        at = end;
        lineStarting = source.charAt(end - 1) == '\n';
    }

    private void expression(Pattern end, Kind endKind) {
        int depth = 0;
        while (true) {
            Matcher space = matcher(SPACE);
            if (space.lookingAt()) {
                at = space.end();
            }
            if (at >= source.length()) {
                throw TemplateException.syntax(lineAt(at), "the template ends within a tag");
            }
            Matcher closing = matcher(end);
            if (depth == 0 && closing.lookingAt()) {
                add(endKind, "");
                advance(closing.end());
                return;
            }
            Matcher operator = matcher(OPERATOR);
            if (take(FLOAT, Kind.FLOAT) || take(INTEGER, Kind.INTEGER) || take(NAME, Kind.NAME)) {
                continue;
            }
            if (take(STRING, Kind.STRING)) {
                continue;
            }
            if (!operator.lookingAt()) {
                throw TemplateException.syntax(lineAt(at), "unexpected \"" + source.charAt(at) + "\"");
            }
            String text = operator.group();
            depth += "([{".contains(text) ? 1 : ")]}".contains(text) ? -1 : 0;
            add(Kind.OPERATOR, text);
            at = operator.end();
        }
    }

    private Matcher matcher(Pattern pattern) {
        return pattern.matcher(source).region(at, source.length());
    }

    private boolean take(Pattern pattern, Kind kind) {
        Matcher matcher = matcher(pattern);
        if (!matcher.lookingAt()) {
            return false;
        }
        String text = matcher.group();
        add(kind, kind == Kind.STRING ? PythonStrings.unescape(text.substring(1, text.length() - 1)) : text);
        at = matcher.end();
        return true;
    }

    private void add(Kind kind, String text) {
        tokens.add(new Token(kind, text, lineAt(at)));
    }

    private int lineAt(int position) {
        for (; counted < position; counted++) {
            if (source.charAt(counted) == '\n') {
                line++;
            }
        }
        return line;
    }
}
