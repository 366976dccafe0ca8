package dev.windlass.api;

import java.util.Arrays;
import java.util.List;

/** What a query may leave to be filled in, so that one text asks for each of the revisions that are compared. */
public enum QueryPlaceholder {
    /** The resource's namespace. */
    Namespace("{{namespace}}"),
    /** The resource's name. */
    Name("{{name}}"),
    /** The revision's name, as status and gateway have it: the resource's with the hash behind it. */
    Revision("{{revision}}"),
    /** How long the step has lasted, as a duration such as {@code 95s}. */
    Window("{{window}}");

    private final String text;

    QueryPlaceholder(String text) {
        this.text = text;
    }

    /** As it stands in a query. */
    public String text() {
        return text;
    }

    /** Whether a query has this one. */
    public boolean isIn(String query) {
        return query.contains(text);
    }

    /** Whether every pair of opening braces begins one of these: PromQL itself has no such pair. */
    static boolean areKnownIn(String query) {
        String rest = query;
        for (String known : texts()) {
            rest = rest.replace(known, " ");
        }
        return !rest.contains("{{");
    }

    private static List<String> texts() {
        return Arrays.stream(values()).map(QueryPlaceholder::text).toList();
    }
}
