package dev.windlass.api;

import static dev.windlass.api.Absent.or;
import static dev.windlass.api.Absent.text;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A long-lived alternative: the resource's versioned block with some of it different, for a share of the users. */
public record VariantSpec(
        @Required @Size(max = 20) @Pattern("^[a-z]([-a-z0-9]*[a-z0-9])?$")
        String name,

        @Required @Min(0) @Max(100) @JsonPropertyDescription("The share of users in percent.")
        Integer weight,

        @JsonPropertyDescription("What is different, in the shape of the spec; null takes a field away.")
        Overlay overlay)
        implements Block {
    public VariantSpec {
        name = text(name);
        weight = or(weight, Absent.NUMBER);
        overlay = or(overlay, Overlay.ABSENT);
    }

    /** What a variant changes, as JSON merge patches (RFC 7386) for each part of the versioned block. */
    public record Overlay(
            @Nullable ObjectNode model,
            @Nullable ObjectNode runtime,
            @Nullable ObjectNode resources,
            @Nullable ObjectNode scheduling,
            @Nullable ObjectNode podOverlay,
            @Nullable ObjectNode startup,
            @Nullable ObjectNode drain)
            implements Block {
        static final Overlay ABSENT = new Overlay(null, null, null, null, null, null, null);
    }
}
