package dev.windlass.api;

/**
 * What is wrong with a field.
 *
 * @param field its path, such as {@code spec.model.uri}
 * @param expected what would be right, or a whole sentence where fields contradict each other
 * @param found what was written, empty after a sentence
 */
public record Problem(String field, String expected, String found) {
    /** Fields that contradict each other. */
    static Problem contradiction(String field, String sentence) {
        return new Problem(field, sentence, "");
    }

    @Override
    public String toString() {
        return found.isEmpty()
                ? "%s: %s".formatted(field, expected)
                : "%s: expected %s, got %s".formatted(field, expected, found);
    }
}
