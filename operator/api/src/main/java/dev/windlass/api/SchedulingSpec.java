package dev.windlass.api;

import static dev.windlass.api.Absent.list;
import static dev.windlass.api.Absent.map;
import static dev.windlass.api.Absent.or;
import static dev.windlass.api.Absent.text;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where pods may run. */
public record SchedulingSpec(
        @Size(max = 32) Map<String, String> nodeSelector,
        @Size(max = 32) List<Toleration> tolerations,
        @Size(max = 253) String priorityClassName,

        @JsonPropertyDescription("Spread a revision's pods over zones, over nodes, or not at all.")
        TopologySpread topologySpread,

        @Size(max = 253) String runtimeClassName,
        @Size(max = 253) String serviceAccountName)
        implements Block {
    static final SchedulingSpec ABSENT = new SchedulingSpec(null, null, null, null, null, null);

    public SchedulingSpec(
            @Nullable Map<String, String> nodeSelector,
            @Nullable List<Toleration> tolerations,
            @Nullable String priorityClassName,
            @Nullable TopologySpread topologySpread,
            @Nullable String runtimeClassName,
            @Nullable String serviceAccountName) {
        this.nodeSelector = map(nodeSelector);
        this.tolerations = list(tolerations);
        this.priorityClassName = text(priorityClassName);
        this.topologySpread = or(topologySpread, TopologySpread.Zone);
        this.runtimeClassName = text(runtimeClassName);
        this.serviceAccountName = text(serviceAccountName);
    }

    /** What pods are spread over, as far as that is possible. */
    public enum TopologySpread {
        Zone,
        Node,
        None
    }

    /** A taint that pods bear, as Kubernetes has it. */
    @ValidationRule(
            value = "has(self.key) && self.key != '' || has(self.operator) && self.operator == 'Exists'",
            message = Sentences.TOLERATION_KEY)
    @ValidationRule(
            value = "!(has(self.operator) && self.operator == 'Exists') || !has(self.value) || self.value == ''",
            message = Sentences.TOLERATION_VALUE)
    public record Toleration(
            @Size(max = 316) String key,
            Operator operator,
            @Size(max = 63) String value,
            @Nullable Effect effect,
            @Nullable Long tolerationSeconds)
            implements Block {
        public Toleration {
            key = text(key);
            operator = or(operator, Operator.Equal);
            value = text(value);
        }
    }

    /** How a toleration's value is compared. */
    public enum Operator {
        Equal,
        Exists
    }

    /** What a taint does. */
    public enum Effect {
        NoSchedule,
        PreferNoSchedule,
        NoExecute
    }
}
