package dev.windlass.engine.chat;

/** Finds the end of a JSON value that arrives character by character. */
final class JsonNesting {
    private int depth;
    private boolean inString;
    private boolean escaped;

    /** Begins anew with a value's first character. */
    void begin(char c) {
        depth = c == '{' || c == '[' ? 1 : 0;
        inString = c == '"';
        escaped = false;
    }

    boolean isInString() {
        return inString;
    }

    /** Whether the value is a number, true, false or null, which only what follows can end. */
    boolean isBare() {
        return depth == 0 && !inString;
    }

    /** Whether the value is complete with this character. */
    boolean endsWith(char c) {
        if (inString) {
            if (escaped) {
                escaped = false;
            } else if (c == '\\') {
                escaped = true;
            } else if (c == '"') {
                inString = false;
                return depth == 0;
            }
            return false;
        }
        switch (c) {
            case '"' -> inString = true;
            case '{', '[' -> depth++;
            case '}', ']' -> {
                depth--;
                return depth == 0;
            }
            default -> {}
        }
        return false;
    }
}
