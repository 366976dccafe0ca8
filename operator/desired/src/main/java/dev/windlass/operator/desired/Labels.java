package dev.windlass.operator.desired;

import dev.windlass.api.LlmDeployment;
import java.util.Map;
import java.util.TreeMap;

/** The labels of everything that belongs to a resource: what selectors, the gateway and people find it by. */
public final class Labels {
    public static final String NAME = "windlass.dev/name";
    public static final String REVISION = "windlass.dev/revision";
    /** On the pods of a preparation only: the revision whose model they prepare. */
    public static final String PREPARES = "windlass.dev/prepares";
    /** On Deployments only: a pod keeps its labels when its revision's role changes. */
    public static final String ROLE = "windlass.dev/role";

    static final String PART_OF = "app.kubernetes.io/part-of";
    static final String WINDLASS = "windlass";

    private Labels() {}

    static Map<String, String> of(LlmDeployment deployment) {
        return labels(Map.of(
                NAME,
                deployment.name(),
                "app.kubernetes.io/name",
                "windlass-runtime",
                "app.kubernetes.io/instance",
                deployment.name(),
                "app.kubernetes.io/managed-by",
                "windlass-operator",
                PART_OF,
                WINDLASS));
    }

    static Map<String, String> of(DesiredRevision revision) {
        var labels = labels(of(revision.deployment()));
        labels.put(REVISION, revision.hash());
        return labels;
    }

    /** What selects all pods of a resource. */
    static Map<String, String> selector(LlmDeployment deployment) {
        return labels(Map.of(NAME, deployment.name()));
    }

    /** What selects the pods of one revision. */
    static Map<String, String> selector(DesiredRevision revision) {
        return labels(Map.of(NAME, revision.deployment().name(), REVISION, revision.hash()));
    }

    private static Map<String, String> labels(Map<String, String> labels) {
        return new TreeMap<>(labels);
    }
}
