package dev.windlass.engine.token.jinja;

/** Python's {@code None}: templates tell it from what is undefined, and Java's null tells nothing. */
enum None {
    NONE
}
