package dev.windlass.api;

import static dev.windlass.api.Absent.list;
import static dev.windlass.api.Absent.or;
import static dev.windlass.api.Absent.text;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model. All of it but the adapters belongs to a revision.
 *
 * @param servedNames what clients call it; the resource's name when empty
 * @param convert how to store the weights for serving; null serves them as they are
 * @param maxContextTokens the longest prompt and output together; 0 takes what the model was made for, within reason
 * @param adapters reserved: read, and not loaded yet
 */
@ValidationRule(
        value = "!has(self.servedNames) || self.servedNames.all(n, self.servedNames.exists_one(m, m == n))",
        message = Sentences.SERVED_NAMES_UNIQUE)
@ValidationRule(
        value = "!has(self.adapters) || self.adapters.all(a, self.adapters.exists_one(b, b.name == a.name))",
        message = Sentences.ADAPTERS_UNIQUE)
public record ModelSpec(
        @Required
        @Size(max = 1024)
        @ValidationRule(value = "self.matches('" + URI + "')", message = Sentences.URI_SCHEME)
        @JsonPropertyDescription(
                "Where the model is: hf://org/name@revision, s3://, oci://, pvc://claim/path, https:// or file://.")
        String uri,

        @Pattern("^([0-9a-f]{64})?$") @JsonPropertyDescription("Serve nothing but files of this SHA-256 digest.")
        String sha256,

        @Size(max = 16) @JsonPropertyDescription("What clients call the model; the resource's name by default.")
        List<@Size(max = 128) @Pattern("^[A-Za-z0-9][-A-Za-z0-9._/:]*$") String> servedNames,

        @JsonPropertyDescription("The Secret for the source: token, or accessKey and secretKey, or .dockerconfigjson.")
        @Nullable
        SecretReference secretRef,

        @JsonPropertyDescription("What the files are; Auto looks.")
        Format format,

        @JsonPropertyDescription("Prepare the model once before it is served; left out, it is served as it is.")
        @Nullable
        Convert convert,

        @Min(0) @JsonPropertyDescription("The longest prompt and output together; 0 decides by the model.")
        Integer maxContextTokens,

        @JsonPropertyDescription("A chat template in place of the model's own.") @Nullable
        ChatTemplate chatTemplate,

        @Size(max = 64)
        @JsonPropertyDescription("LoRA adapters. Reserved: not loaded yet. A change makes no new revision.")
        List<Adapter> adapters)
        implements Block {
    static final String URI = "^(hf|s3|oci|pvc|https|file)://.+$";
    static final ModelSpec ABSENT = new ModelSpec(null, null, null, null, null, null, null, null, null);

    public ModelSpec(
            @Nullable String uri,
            @Nullable String sha256,
            @Nullable List<String> servedNames,
            @Nullable SecretReference secretRef,
            @Nullable Format format,
            @Nullable Convert convert,
            @Nullable Integer maxContextTokens,
            @Nullable ChatTemplate chatTemplate,
            @Nullable List<Adapter> adapters) {
        this.uri = text(uri);
        this.sha256 = text(sha256);
        this.servedNames = list(servedNames);
        this.secretRef = secretRef;
        this.format = or(format, Format.Auto);
        this.convert = convert;
        this.maxContextTokens = or(maxContextTokens, 0);
        this.chatTemplate = chatTemplate;
        this.adapters = list(adapters);
    }

    ModelSpec withoutAdapters() {
        return new ModelSpec(
                uri, sha256, servedNames, secretRef, format, convert, maxContextTokens, chatTemplate, List.of());
    }

    /** What the model's files are. */
    public enum Format {
        Auto,
        Onnx,
        SafeTensors,
        TensorRT
    }

    /** A Secret in the resource's namespace. */
    public record SecretReference(
            @Required @Size(min = 1, max = 253) String name) implements Block {
        public SecretReference {
            name = text(name);
        }
    }

    /** How the model is stored for serving: the result lies beside the source, under a hash of its content. */
    @ValidationRule(
            value = "self.quantization != 'Fp8' || self.target == 'TensorRT'",
            message = Sentences.FP8_NEEDS_TENSORRT)
    public record Convert(
            @Default("Onnx") @JsonPropertyDescription("The format to write.")
            Target target,

            @Default("Auto")
            @JsonPropertyDescription("The width of the weights; Auto decides by the model's size and the device.")
            Quantization quantization)
            implements Block {
        public Convert(@Nullable Target target, @Nullable Quantization quantization) {
            this.target = or(target, Target.Onnx);
            this.quantization = or(quantization, Quantization.Auto);
        }
    }

    /** What a conversion writes. */
    public enum Target {
        Onnx,
        TensorRT
    }

    /** The width of the weights; Auto picks by the model's size and the device. */
    public enum Quantization {
        Auto,
        None,
        Fp16,
        Int8,
        Int4,
        Fp8
    }

    /** A chat template that is kept outside the model. */
    public record ChatTemplate(@Required @Nullable KeyReference configMapKeyRef) implements Block {}

    /** A key of a ConfigMap or Secret in the resource's namespace. */
    public record KeyReference(
            @Required @Size(min = 1, max = 253) String name,
            @Required @Size(min = 1, max = 253) String key) implements Block {
        public KeyReference {
            name = text(name);
            key = text(key);
        }
    }

    /** A LoRA adapter. */
    public record Adapter(
            @Required @Size(max = 63) @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
            String name,

            @Required
            @Size(max = 1024)
            @ValidationRule(value = "self.matches('" + URI + "')", message = Sentences.URI_SCHEME)
            String uri)
            implements Block {
        public Adapter {
            name = text(name);
            uri = text(uri);
        }
    }
}
