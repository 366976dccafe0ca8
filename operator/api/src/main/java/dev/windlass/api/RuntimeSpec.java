package dev.windlass.api;

import static dev.windlass.api.Absent.list;
import static dev.windlass.api.Absent.or;
import static dev.windlass.api.Absent.text;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the runtime computes. An empty value or 0 means "let Windlass decide". */
@ValidationRule(
        value = "!has(self.env) || self.env.all(e, self.env.exists_one(f, f.name == e.name))",
        message = Sentences.ENV_UNIQUE)
public record RuntimeSpec(
        @Size(max = 512) @JsonPropertyDescription("The runtime's image; the operator's own by default.")
        String image,

        @JsonPropertyDescription("What computes; Auto takes the GPU where there is one.")
        Provider provider,

        @JsonPropertyDescription("The bounds of one step.") Batch batch,

        @JsonPropertyDescription("The memory that running requests share.")
        KvCache kvCache,

        @Size(max = 64) @JsonPropertyDescription("More environment variables for the runtime's container.")
        List<EnvironmentVariable> env)
        implements Block {
    static final RuntimeSpec ABSENT = new RuntimeSpec(null, null, null, null, null);

    public RuntimeSpec(
            @Nullable String image,
            @Nullable Provider provider,
            @Nullable Batch batch,
            @Nullable KvCache kvCache,
            @Nullable List<EnvironmentVariable> env) {
        this.image = text(image);
        this.provider = or(provider, Provider.Auto);
        this.batch = batch == null ? new Batch(null, null) : batch;
        this.kvCache = kvCache == null ? new KvCache(null, null, null) : kvCache;
        this.env = list(env);
    }

    /** What computes. */
    public enum Provider {
        Auto,
        Cpu,
        Cuda,
        TensorRT
    }

    /**
     * The bounds of one step.
     *
     * @param maxSequences how many requests run at once; 0 decides by memory
     * @param maxTokens how many tokens a step computes at most; 0 decides by device
     */
    public record Batch(
            @Min(0) @Max(4096) @JsonPropertyDescription("How many requests run at once; 0 decides by memory.")
            Integer maxSequences,

            @Min(0)
            @Max(1048576)
            @JsonPropertyDescription("How many tokens a step computes at most; 0 decides by device.")
            Integer maxTokens)
            implements Block {
        public Batch(@Nullable Integer maxSequences, @Nullable Integer maxTokens) {
            this.maxSequences = or(maxSequences, 0);
            this.maxTokens = or(maxTokens, 0);
        }
    }

    /** The key-value cache. */
    public record KvCache(
            @Size(max = 20)
            @ValidationRule(value = Ratio.IS_SHARE + " && " + Ratio.IS_ABOVE_ZERO, message = Sentences.SHARE_ABOVE_ZERO)
            @JsonPropertyDescription("The cache's share of the memory that weights and process leave; 0.9 by default.")
            Ratio memoryFraction,

            @JsonPropertyDescription("The width of keys and values; Auto decides by the device.")
            CacheType dtype,

            @JsonPropertyDescription("Whether requests that begin alike share what was computed; true by default.")
            Boolean prefixReuse)
            implements Block {
        public KvCache(@Nullable Ratio memoryFraction, @Nullable CacheType dtype, @Nullable Boolean prefixReuse) {
            this.memoryFraction = or(memoryFraction, Ratio.of("0.9"));
            this.dtype = or(dtype, CacheType.Auto);
            this.prefixReuse = or(prefixReuse, true);
        }
    }

    /** The width of keys and values. */
    public enum CacheType {
        Auto,
        Fp32,
        Fp16,
        Int8
    }

    /** A variable of the container's environment: a value, or where one is kept. */
    @ValidationRule(value = "!(has(self.value) && has(self.valueFrom))", message = Sentences.ENV_ONE_VALUE)
    public record EnvironmentVariable(
            @Required @Size(max = 256) @Pattern("^[A-Za-z_][A-Za-z0-9_]*$")
            String name,

            @Size(max = 32768) @Nullable String value,
            @Nullable ValueSource valueFrom)
            implements Block {
        public EnvironmentVariable {
            name = text(name);
        }
    }

    /** Where a value is kept. */
    @ValidationRule(value = "has(self.secretKeyRef) != has(self.configMapKeyRef)", message = Sentences.VALUE_FROM_ONE)
    public record ValueSource(
            ModelSpec.@Nullable KeyReference secretKeyRef, ModelSpec.@Nullable KeyReference configMapKeyRef)
            implements Block {}
}
