package dev.windlass.policy.keys;

import dev.windlass.api.LimitsSpec.Quota;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A Secret with keys. One that holds one key has the fields {@code sha256}, {@code models}, {@code expires} and those of a quota; one that
 * holds several has them once for each, behind the key's name and a dot, as {@code alice.sha256}.
 *
 * @param labels by which a deployment chooses its keys
 */
public record KeySecret(String namespace, String name, Map<String, String> labels, List<StoredKey> keys) {
    /** The label that every Secret with keys has, whatever its value, so that nobody has to read those without. */
    public static final String LABEL = "windlass.dev/keys";

    public static final String SHA256 = "sha256";
    public static final String MODELS = "models";
    public static final String EXPIRES = "expires";
    public static final String REQUESTS_PER_MINUTE = "requestsPerMinute";
    public static final String TOKENS_PER_MINUTE = "tokensPerMinute";
    public static final String TOKENS_PER_DAY = "tokensPerDay";
    public static final String CONCURRENT = "concurrent";

    private static final Set<String> FIELDS =
            Set.of(SHA256, MODELS, EXPIRES, REQUESTS_PER_MINUTE, TOKENS_PER_MINUTE, TOKENS_PER_DAY, CONCURRENT);

    public KeySecret {
        labels = Map.copyOf(labels);
        keys = List.copyOf(keys);
    }

    /**
     * Reads a Secret's fields. All of it has to make sense: a date of expiry that is misspelt would make a key that never expires.
     *
     * @throws IllegalArgumentException with the Secret and the field, and without what the field says
     */
    public static KeySecret of(String namespace, String name, Map<String, String> labels, Map<String, String> fields) {
        var entries = new TreeMap<String, Map<String, String>>();
        fields.forEach((field, value) -> {
            int dot = field.lastIndexOf('.');
            entries.computeIfAbsent(dot < 0 ? "" : field.substring(0, dot), _ -> new TreeMap<>())
                    .put(field.substring(dot + 1), value.strip());
        });
        if (entries.isEmpty()) {
            throw new IllegalArgumentException(
                    "Secret %s/%s: expected a field sha256, got none".formatted(namespace, name));
        }
        var keys = new ArrayList<StoredKey>();
        entries.forEach((entry, values) -> keys.add(new Entry(namespace + "/" + name, entry, values).key(name)));
        return new KeySecret(namespace, name, labels, keys);
    }

    /** One key's fields. */
    private record Entry(String secret, String name, Map<String, String> values) {
        StoredKey key(String secretName) {
            for (String field : values.keySet()) {
                if (!FIELDS.contains(field)) {
                    throw wrong(field, "only fields such as sha256, models and expires", null);
                }
            }
            if (!values.containsKey(SHA256)) {
                throw wrong(SHA256, "the SHA-256 of a key", null);
            }
            return new StoredKey(
                    name.isEmpty() ? secretName : secretName + "/" + name, digest(), models(), expires(), quota());
        }

        private KeyDigest digest() {
            try {
                return KeyDigest.parse(values.getOrDefault(SHA256, ""));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "Secret %s: %s: %s".formatted(secret, path(SHA256), e.getMessage()), e);
            }
        }

        private Set<String> models() {
            String written = values.get(MODELS);
            if (written == null) {
                return Set.of();
            }
            var names = Arrays.stream(written.split("[,\\s]+", -1))
                    .filter(name -> !name.isEmpty())
                    .collect(Collectors.toSet());
            if (names.isEmpty()) {
                throw wrong(MODELS, "names of models, or no such field for all", null);
            }
            return names;
        }

        private @Nullable Instant expires() {
            String written = values.get(EXPIRES);
            try {
                return written == null ? null : Instant.parse(written);
            } catch (DateTimeParseException e) {
                throw wrong(EXPIRES, "a time such as 2027-01-31T00:00:00Z", e);
            }
        }

        private @Nullable Quota quota() {
            long requests = number(REQUESTS_PER_MINUTE, Integer.MAX_VALUE);
            long perMinute = number(TOKENS_PER_MINUTE, Long.MAX_VALUE);
            long perDay = number(TOKENS_PER_DAY, Long.MAX_VALUE);
            long concurrent = number(CONCURRENT, Integer.MAX_VALUE);
            boolean says = values.keySet().stream()
                    .anyMatch(Set.of(REQUESTS_PER_MINUTE, TOKENS_PER_MINUTE, TOKENS_PER_DAY, CONCURRENT)::contains);
            return says ? new Quota((int) requests, perMinute, perDay, (int) concurrent) : null;
        }

        private long number(String field, long most) {
            String written = values.get(field);
            if (written == null) {
                return 0;
            }
            try {
                long number = Long.parseLong(written);
                if (number >= 0 && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                throw wrong(field, "a whole number from 0 to " + most, e);
            }
            throw wrong(field, "a whole number from 0 to " + most, null);
        }

        private String path(String field) {
            return name.isEmpty() ? field : name + "." + field;
        }

        private IllegalArgumentException wrong(String field, String expected, @Nullable Throwable cause) {
            return new IllegalArgumentException(
                    "Secret %s: %s: expected %s".formatted(secret, path(field), expected), cause);
        }
    }

    /** Whether a deployment with this selector takes its keys. */
    boolean isSelected(String inNamespace, Map<String, String> matchLabels) {
        return namespace.equals(inNamespace) && labels.entrySet().containsAll(matchLabels.entrySet());
    }
}
