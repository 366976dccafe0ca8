package dev.windlass.api;

import static dev.windlass.api.Absent.or;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * The part of a resource that makes a revision: another value of it means other pods. Nothing that can change without
 * touching a pod is in here, and the adapters are not either.
 */
public record VersionedSpec(
        ModelSpec model,
        RuntimeSpec runtime,
        ResourcesSpec resources,
        SchedulingSpec scheduling,
        @Nullable ObjectNode podOverlay,
        StartupSpec startup,
        DrainSpec drain)
        implements Block {
    /** What is left where nothing was written. */
    static final VersionedSpec ABSENT = new VersionedSpec(null, null, null, null, null, null, null);

    public VersionedSpec(
            @Nullable ModelSpec model,
            @Nullable RuntimeSpec runtime,
            @Nullable ResourcesSpec resources,
            @Nullable SchedulingSpec scheduling,
            @Nullable ObjectNode podOverlay,
            @Nullable StartupSpec startup,
            @Nullable DrainSpec drain) {
        this.model = or(model, ModelSpec.ABSENT).withoutAdapters();
        this.runtime = or(runtime, RuntimeSpec.ABSENT);
        this.resources = or(resources, ResourcesSpec.ABSENT);
        this.scheduling = or(scheduling, SchedulingSpec.ABSENT);
        this.podOverlay = podOverlay;
        this.startup = or(startup, StartupSpec.ABSENT);
        this.drain = or(drain, DrainSpec.ABSENT);
    }

    /**
     * This block as a variant has it.
     *
     * @throws InvalidResourceException where the result cannot be read: {@link SpecCheck} finds that first
     */
    public VersionedSpec with(VariantSpec.Overlay overlay) {
        return Reading.merged(this, overlay);
    }

    /** This block as it was written, to be kept; {@link #read} has it back. */
    public ObjectNode written() {
        return Reading.tree(this);
    }

    /**
     * A block that {@link #written} gave, perhaps of another version of Windlass: what is not known here is passed over.
     *
     * @throws InvalidResourceException where it is none
     */
    public static VersionedSpec read(JsonNode written) {
        return Reading.versioned(written);
    }
}
