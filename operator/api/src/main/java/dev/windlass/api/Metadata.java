package dev.windlass.api;

import static dev.windlass.api.InvalidResourceException.require;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of Kubernetes' object metadata that Windlass reads; whatever else it holds is Kubernetes' own affair.
 *
 * @param name at most 40 characters, since the names of child objects add a revision hash
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Metadata(String name, String namespace) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?");

    public Metadata(@Nullable String name, @Nullable String namespace) {
        this.name = require(name, "metadata.name", "a name of lower-case letters, digits and dashes");
        require(
                NAME.matcher(this.name).matches(),
                "metadata.name",
                "at most 40 lower-case letters, digits and dashes",
                this.name);
        this.namespace = namespace == null ? "default" : namespace;
    }
}
