package dev.windlass.api;

import static dev.windlass.api.InvalidResourceException.require;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What to serve and how. Everything but the model's address has a default; a value of 0 or an empty one means "let
 * Windlass decide".
 */
public record LlmDeploymentSpec(Model model, Runtime runtime, Limits limits, Drain drain) {
    public LlmDeploymentSpec(
            @Nullable Model model, @Nullable Runtime runtime, @Nullable Limits limits, @Nullable Drain drain) {
        this.model = require(model, "spec.model", "an object with a uri");
        this.runtime = runtime == null ? new Runtime(null, null) : runtime;
        this.limits = limits == null ? new Limits(null) : limits;
        this.drain = drain == null ? new Drain(null) : drain;
    }

    /**
     * The model.
     *
     * @param uri {@code hf://org/name@revision}, {@code s3://}, {@code https://}, {@code pvc://} or {@code file://}
     * @param servedNames what clients call it; the resource's name when empty
     * @param convert how to store the weights
     * @param maxContextTokens the longest prompt and output together; 0 takes what the model was made for, within reason
     */
    public record Model(String uri, List<String> servedNames, Convert convert, Integer maxContextTokens) {
        private static final Pattern URI = Pattern.compile("(hf|s3|pvc|https|file)://.+");

        public Model(
                @Nullable String uri,
                @Nullable List<String> servedNames,
                @Nullable Convert convert,
                @Nullable Integer maxContextTokens) {
            this.uri = require(uri, "spec.model.uri", "an address such as hf://org/name@revision");
            require(
                    URI.matcher(this.uri).matches(),
                    "spec.model.uri",
                    "hf://, s3://, pvc://, https:// or file:// and a place",
                    this.uri);
            this.servedNames = servedNames == null ? List.of() : List.copyOf(servedNames);
            this.convert = convert == null ? new Convert(null) : convert;
            this.maxContextTokens = atLeast(0, maxContextTokens, 0, "spec.model.maxContextTokens");
        }
    }

    /** How the weights are stored for serving. */
    public record Convert(Quantization quantization) {
        public Convert(@Nullable Quantization quantization) {
            this.quantization = quantization == null ? Quantization.Auto : quantization;
        }
    }

    /** The width of the weights; Auto picks by the model's size and the device. */
    public enum Quantization {
        Auto,
        None,
        Int8,
        Int4
    }

    /** How the runtime computes. */
    public record Runtime(Provider provider, Batch batch) {
        public Runtime(@Nullable Provider provider, @Nullable Batch batch) {
            this.provider = provider == null ? Provider.Auto : provider;
            this.batch = batch == null ? new Batch(null, null) : batch;
        }
    }

    /** What computes. */
    public enum Provider {
        Auto,
        Cpu
    }

    /**
     * The bounds of one step.
     *
     * @param maxSequences how many requests run at once; 0 decides by memory
     * @param maxTokens how many tokens a step computes at most; 0 decides by device
     */
    public record Batch(Integer maxSequences, Integer maxTokens) {
        public Batch(@Nullable Integer maxSequences, @Nullable Integer maxTokens) {
            this.maxSequences = atLeast(0, maxSequences, 0, "spec.runtime.batch.maxSequences");
            this.maxTokens = atLeast(0, maxTokens, 0, "spec.runtime.batch.maxTokens");
        }
    }

    /** What a model takes on before it says no. */
    public record Limits(Queue queue) {
        public Limits(@Nullable Queue queue) {
            this.queue = queue == null ? new Queue(null, null) : queue;
        }
    }

    /**
     * The waiting room.
     *
     * @param maxWaiting requests beyond it get 429
     * @param timeout how long a request may take in all
     */
    public record Queue(Integer maxWaiting, Duration timeout) {
        public Queue(
                @Nullable Integer maxWaiting,
                @JsonDeserialize(using = DurationReader.class) @Nullable Duration timeout) {
            this.maxWaiting = atLeast(1, maxWaiting, 256, "spec.limits.queue.maxWaiting");
            this.timeout = timeout == null ? Duration.ofMinutes(10) : timeout;
        }
    }

    /** How long running streams may go on after a request to stop. */
    public record Drain(Duration timeout) {
        public Drain(@JsonDeserialize(using = DurationReader.class) @Nullable Duration timeout) {
            this.timeout = timeout == null ? Duration.ofSeconds(120) : timeout;
        }
    }

    private static int atLeast(int minimum, @Nullable Integer value, int absent, String field) {
        if (value == null) {
            return absent;
        }
        require(value >= minimum, field, "an integer of at least " + minimum, value);
        return value;
    }
}
