package dev.windlass.engine.token.jinja;

import java.time.Duration;

/** What one rendering may use, so that no template and no conversation can hold a thread or fill the memory. Not thread-safe. */
final class Bounds {
    /** In UTF-16 units, of the whole output and of every text on the way. */
    static final int LONGEST_TEXT = 1 << 24;

    static final int MOST_STEPS = 20_000_000;
    static final int DEEPEST_CALLS = 200;
    private static final Duration LONGEST_TIME = Duration.ofSeconds(10);

    private final long deadline = System.nanoTime() + LONGEST_TIME.toNanos();
    private long steps;
    private int depth;

    void step() {
        step(1);
    }

    /** @param count how many values are made or looked at */
    void step(long count) {
        long before = steps;
        steps += count;
        if (steps > MOST_STEPS) {
            throw new TemplateException("the template takes more than " + MOST_STEPS + " steps");
        }
        if (before >> 12 != steps >> 12 && System.nanoTime() - deadline > 0) {
            throw new TemplateException("the template takes more than " + LONGEST_TIME.toSeconds() + " seconds");
        }
    }

    void enter() {
        if (++depth > DEEPEST_CALLS) {
            throw new TemplateException("macros call each other deeper than " + DEEPEST_CALLS);
        }
    }

    void leave() {
        depth--;
    }

    static String checked(String text) {
        checkLength(text.length());
        return text;
    }

    static void checkLength(long length) {
        if (length > LONGEST_TEXT) {
            throw new TemplateException("the template makes a text of more than " + LONGEST_TEXT + " characters");
        }
    }
}
