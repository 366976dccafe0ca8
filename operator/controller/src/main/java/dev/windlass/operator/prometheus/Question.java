package dev.windlass.operator.prometheus;

import dev.windlass.api.QueryPlaceholder;
import java.time.Duration;
import java.util.Map;

/**
 * One value to ask for.
 *
 * @param metric the check's name
 * @param revision the hash of the revision that it is asked of
 * @param server the base address; empty where nobody said one
 * @param query PromQL, filled in
 */
public record Question(String metric, String revision, String server, String query) {
    /**
     * A query with its placeholders filled in.
     *
     * @param name the resource's
     * @param revision the revision's name: the resource's with the hash behind it
     */
    public static String filledIn(String query, String namespace, String name, String revision, Duration window) {
        String text = query;
        for (var value : Map.of(
                        QueryPlaceholder.Namespace, escaped(namespace),
                        QueryPlaceholder.Name, escaped(name),
                        QueryPlaceholder.Revision, escaped(revision),
                        QueryPlaceholder.Window, Math.max(1, window.toSeconds()) + "s")
                .entrySet()) {
            text = text.replace(value.getKey().text(), value.getValue());
        }
        return text;
    }

    /** Inside quotes. The names are DNS names, which have nothing to escape; a query must not depend on that. */
    static String escaped(String value) {
        return value.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("'", "\\'")
                .replace("\n", "\\n");
    }
}
