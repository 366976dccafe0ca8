package dev.windlass.model.config;

/** A model's configuration that cannot be used; the message names the key, what was expected there and what was found. */
public final class ConfigException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public ConfigException(String message) {
        super(message);
    }

    static ConfigException at(String key, String expected, Object found) {
        return new ConfigException("%s: expected %s, found %s".formatted(key, expected, found));
    }
}
