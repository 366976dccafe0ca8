package dev.windlass.api;

import static dev.windlass.api.Absent.or;
import static dev.windlass.api.Absent.text;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** Where models lie after they were fetched. */
@ValidationRule(value = "self.mode != 'Shared' || has(self.size)", message = Sentences.CACHE_SIZE)
@ValidationRule(
        value = "self.mode == 'Shared' || !has(self.storageClass) || self.storageClass == ''",
        message = Sentences.STORAGE_CLASS)
public record CacheSpec(
        @Default("Ephemeral") @JsonPropertyDescription("Ephemeral: in the pod. Shared: a volume that many pods read.")
        Mode mode,

        @ValidationRule(value = ResourcesSpec.POSITIVE, message = Sentences.QUANTITY) @Nullable
        Quantity size,

        @Size(max = 253) String storageClass,

        @JsonPropertyDescription("Fetch before the first pod is made; false by default.")
        Boolean prefetch,

        @JsonPropertyDescription("Keep the volume when the resource is deleted; false by default.")
        Boolean retain)
        implements Block {
    static final CacheSpec ABSENT = new CacheSpec(null, null, null, null, null);

    public CacheSpec(
            @Nullable Mode mode,
            @Nullable Quantity size,
            @Nullable String storageClass,
            @Nullable Boolean prefetch,
            @Nullable Boolean retain) {
        this.mode = or(mode, Mode.Ephemeral);
        this.size = size;
        this.storageClass = text(storageClass);
        this.prefetch = or(prefetch, false);
        this.retain = or(retain, false);
    }

    /** Where models lie. */
    public enum Mode {
        Ephemeral,
        Shared
    }
}
