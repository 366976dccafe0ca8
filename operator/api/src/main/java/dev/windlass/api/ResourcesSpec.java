package dev.windlass.api;

import static dev.windlass.api.Absent.list;
import static dev.windlass.api.Absent.or;
import static dev.windlass.api.Absent.text;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one pod asks for. What is left out is derived from the model.
 *
 * @param gpu null decides by the cluster: one GPU where there are any, else none
 */
public record ResourcesSpec(
        @JsonPropertyDescription(
                "GPUs for each pod; left out, one where the cluster has any. {count: 0} serves on CPUs.")
        @Nullable
        Gpu gpu,

        @ValidationRule(value = POSITIVE, message = Sentences.QUANTITY)
        @JsonPropertyDescription("CPUs for each pod; derived from the model by default.")
        @Nullable
        Quantity cpu,

        @ValidationRule(value = POSITIVE, message = Sentences.QUANTITY)
        @JsonPropertyDescription("Memory for each pod; derived from the model by default.")
        @Nullable
        Quantity memory)
        implements Block {
    static final String POSITIVE = "isQuantity(string(self)) && quantity(string(self)).isGreaterThan(quantity('0'))";
    static final ResourcesSpec ABSENT = new ResourcesSpec(null, null, null);

    /** GPUs: whole ones, a slice of one (MIG), or devices claimed by DRA. */
    @ValidationRule(value = "!(has(self.mig) && has(self.dra))", message = Sentences.MIG_OR_DRA)
    @ValidationRule(value = "!has(self.mig) || self.count == 1", message = Sentences.MIG_COUNT)
    @ValidationRule(
            value =
                    "self.count > 0 || !(has(self.memory) || has(self.mig) || has(self.dra) || (has(self.class) && self.class != ''))",
            message = Sentences.GPU_COUNT_ZERO)
    public record Gpu(
            @Min(0) @Max(64) @Default("1") @JsonPropertyDescription("How many for each pod; 0 serves on CPUs.")
            Integer count,

            @ValidationRule(value = POSITIVE, message = Sentences.QUANTITY)
            @JsonPropertyDescription("The least memory that each must have.")
            @Nullable
            Quantity memory,

            @JsonProperty("class")
            @Size(max = 63)
            @JsonPropertyDescription(
                    "A class from the operator's values: stands for node selectors, tolerations and memory.")
            String gpuClass,

            @Size(max = 32)
            @Pattern("^[0-9]+g\\.[0-9]+gb(\\.me)?$")
            @JsonPropertyDescription("A MIG profile such as 1g.10gb, in place of a whole GPU.")
            @Nullable
            String mig,

            @JsonPropertyDescription("Devices by dynamic resource allocation, in place of nvidia.com/gpu.") @Nullable
            Dra dra)
            implements Block {
        public Gpu {
            count = or(count, 1);
            gpuClass = text(gpuClass);
        }
    }

    /** A claim for devices of a class. */
    public record Dra(
            @Required @Size(min = 1, max = 253) String deviceClassName,

            @Size(max = 8) @JsonPropertyDescription("CEL expressions that a device must satisfy.")
            List<@Size(max = 1024) String> selectors)
            implements Block {
        public Dra {
            deviceClassName = text(deviceClassName);
            selectors = list(selectors);
        }
    }
}
