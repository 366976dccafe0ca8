package dev.windlass.events;

import java.util.regex.Pattern;

/**
 * What makes two messages tell of the same: a container that crashes again names other addresses each time, and is no news. The
 * names of revisions have ten characters and stay, as do all numbers that say something.
 */
final class Cause {
    private static final Pattern VARYING = Pattern.compile(
            String.join(
                    "|",
                    "\\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b",
                    "\\b0x[0-9a-f]+\\b",
                    // Of an object of Java: class@hash.
                    "(?<=@)[0-9a-f]{4,16}\\b",
                    // Without 0x only what is longer than the name of a revision.
                    "\\b(?=[a-f]*[0-9])[0-9a-f]{12,}\\b",
                    "\\[[0-9a-f.]*:[0-9a-f:.]*\\](?::[0-9]+)?",
                    "\\b[0-9]{1,3}(?:\\.[0-9]{1,3}){3}(?::[0-9]+)?\\b",
                    "(?<=\\b[pt]id=)[0-9]+\\b",
                    "\\b[0-9]+(?= restarts\\b)"),
            Pattern.CASE_INSENSITIVE);

    private Cause() {}

    static String of(String message) {
        return VARYING.matcher(message).replaceAll("*");
    }
}
