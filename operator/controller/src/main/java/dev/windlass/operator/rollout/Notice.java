package dev.windlass.operator.rollout;

/**
 * Something that happened and that people shall be told, once: an event on the resource.
 *
 * @param reason one word
 */
public record Notice(Level level, String reason, String message) {
    /** The two types Kubernetes has for events. */
    public enum Level {
        Normal,
        Warning
    }

    static Notice normal(String reason, String message) {
        return new Notice(Level.Normal, reason, message);
    }

    static Notice warning(String reason, String message) {
        return new Notice(Level.Warning, reason, message);
    }
}
