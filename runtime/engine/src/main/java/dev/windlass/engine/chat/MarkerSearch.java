package dev.windlass.engine.chat;

/** Looks for a marker in text that arrives in pieces. */
final class MarkerSearch {
    private MarkerSearch() {}

    /** How many characters at the end of {@code text} could be the beginning of {@code marker}. */
    static int heldBack(CharSequence text, String marker) {
        for (int length = Math.min(text.length(), marker.length() - 1); length > 0; length--) {
            if (endsWithStartOf(text, marker, length)) {
                return length;
            }
        }
        return 0;
    }

    private static boolean endsWithStartOf(CharSequence text, String marker, int length) {
        int from = text.length() - length;
        for (int i = 0; i < length; i++) {
            if (text.charAt(from + i) != marker.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
