package dev.windlass.engine.token.jinja;

/** A template cannot be parsed, or refused what it was to render ({@code raise_exception}), or broke one of its bounds. */
public final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TemplateException(String message) {
        super(message);
    }

    public TemplateException(String message, Throwable cause) {
        super(message, cause);
    }

    static TemplateException syntax(int line, String message) {
        return new TemplateException("line " + line + ": " + message);
    }
}
