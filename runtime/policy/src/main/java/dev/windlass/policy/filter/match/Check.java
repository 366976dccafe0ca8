package dev.windlass.policy.filter.match;

/** Tells what looks like something from what is it, by a checksum or the like. */
@FunctionalInterface
interface Check {
    /** Takes everything. */
    Check NONE = (_, _, end) -> end;

    /** What is not it. */
    int NO = -1;

    /**
     * @param text with the character before and the one after where there are such
     * @param start where a candidate begins
     * @param end after it
     * @return where it ends in truth, which may be earlier, or {@link #NO}
     */
    int end(String text, int start, int end);
}
