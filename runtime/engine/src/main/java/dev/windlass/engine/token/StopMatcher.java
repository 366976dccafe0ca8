package dev.windlass.engine.token;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Watches a text, as it comes, for strings that end it. Text that may yet turn out to begin a stop string is held back,
 * and no more than that. The stop string that is complete first wins, and of those complete at the same character the
 * longest, so that the outcome does not depend on how the text was cut into pieces. Not thread-safe.
 */
public final class StopMatcher {
    private final List<String> stops;
    private final int[][] fallbacks;
    private final int[] matched;
    private final boolean includeStop;
    private final StringBuilder held = new StringBuilder();
    private @Nullable String stop;

    /**
     * @param stops each of at least one character
     * @param includeStop whether the stop string is given out with the text before it
     */
    public StopMatcher(List<String> stops, boolean includeStop) {
        this.stops = List.copyOf(stops);
        this.includeStop = includeStop;
        this.matched = new int[stops.size()];
        this.fallbacks = new int[stops.size()][];
        for (int i = 0; i < fallbacks.length; i++) {
            if (stops.get(i).isEmpty()) {
                throw new IllegalArgumentException("stop: expected strings of at least one character, got \"\"");
            }
            fallbacks[i] = fallbacks(stops.get(i));
        }
    }

    /** For each prefix, the longest shorter one it ends with (Knuth, Morris and Pratt). */
    private static int[] fallbacks(String stop) {
        var fallbacks = new int[stop.length() + 1];
        for (int i = 1, length = 0; i < stop.length(); i++) {
            while (length > 0 && stop.charAt(i) != stop.charAt(length)) {
                length = fallbacks[length];
            }
            if (stop.charAt(i) == stop.charAt(length)) {
                length++;
            }
            fallbacks[i + 1] = length;
        }
        return fallbacks;
    }

    /** The text that became certain; nothing any more once a stop string was seen. */
    public String append(String text) {
        if (stop != null) {
            return "";
        }
        if (matched.length == 0) {
            return text;
        }
        for (int i = 0; i < text.length(); i++) {
            held.append(text.charAt(i));
            String found = advance(text.charAt(i));
            if (found != null) {
                stop = found;
                return release(held.length() - (includeStop ? 0 : found.length()));
            }
        }
        int possible = 0;
        for (int length : matched) {
            possible = Math.max(possible, length);
        }
        return release(held.length() - possible);
    }

    private @Nullable String advance(char c) {
        String found = null;
        for (int i = 0; i < matched.length; i++) {
            String candidate = stops.get(i);
            int length = matched[i];
            while (length > 0 && candidate.charAt(length) != c) {
                length = fallbacks[i][length];
            }
            if (candidate.charAt(length) == c) {
                length++;
            }
            matched[i] = length;
            if (length == candidate.length() && (found == null || found.length() < length)) {
                found = candidate;
            }
        }
        return found;
    }

    private String release(int length) {
        String released = held.substring(0, length);
        held.delete(0, length);
        return released;
    }

    /** The stop string that ended the text, or null so long as none did. */
    public @Nullable String stop() {
        return stop;
    }

    /** The end: what was held back, nothing where a stop string ended the text. */
    public String finish() {
        return stop == null ? release(held.length()) : "";
    }
}
