package dev.windlass.operator.metrics;

import dev.windlass.api.AutoscalingSpec.MetricType;
import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.desired.Labels;
import dev.windlass.operator.desired.MetricNames;
import dev.windlass.operator.gateway.RevisionKey;
import dev.windlass.operator.metrics.MetricValue.Known;
import dev.windlass.operator.metrics.MetricValue.Unknown;
import io.fabric8.kubernetes.api.model.APIResourceBuilder;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.APIResourceListBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers of the API group custom.metrics.k8s.io, version v1beta2, for the metrics of LlmDeployments: the list of what there is,
 * and {@code /namespaces/NAMESPACE/llmdeployments.windlass.dev/NAME/METRIC?metricLabelSelector=windlass.dev/revision=HASH}.
 */
final class MetricsApi {
    static final String GROUP = "custom.metrics.k8s.io";
    static final String VERSION = "v1beta2";

    private static final String GROUP_VERSION = GROUP + "/" + VERSION;
    private static final String ROOT = "/apis/" + GROUP_VERSION;
    private static final String RESOURCE = "llmdeployments." + LlmDeployment.GROUP;

    private final MetricSource source;

    MetricsApi(MetricSource source) {
        this.source = source;
    }

    /** The shapes of k8s.io/metrics/pkg/apis/custom_metrics/v1beta2. */
    record MetricValueList(String kind, String apiVersion, Map<String, String> metadata, List<Item> items) {
        record Item(Described describedObject, Metric metric, String timestamp, String value) {}

        record Described(String kind, String namespace, String name, String apiVersion) {}

        record Metric(String name, Map<String, Map<String, String>> selector) {}
    }

    Answer answer(String method, URI address) {
        if (!method.equals("GET")) {
            return refusal(405, "MethodNotAllowed", "expected GET, got " + method);
        }
        String path = address.getPath();
        if (path.equals(ROOT) || path.equals(ROOT + "/")) {
            return Answer.json(200, resources());
        }
        String[] parts =
                path.startsWith(ROOT + "/") ? path.substring(ROOT.length() + 1).split("/", -1) : new String[0];
        if (parts.length != 5 || !parts[0].equals("namespaces") || !parts[2].equals(RESOURCE)) {
            return refusal(
                    404,
                    "NotFound",
                    "expected %s/namespaces/NAMESPACE/%s/NAME/METRIC, got %s".formatted(ROOT, RESOURCE, path));
        }
        Optional<MetricType> metric = MetricNames.read(parts[4]);
        if (metric.isEmpty()) {
            return refusal(
                    404, "NotFound", "expected one of the metrics %s, got %s".formatted(MetricNames.all(), parts[4]));
        }
        Optional<String> revision = revision(address.getRawQuery());
        if (revision.isEmpty()) {
            return refusal(
                    400,
                    "BadRequest",
                    "metricLabelSelector: expected %s=HASH, got the query %s"
                            .formatted(Labels.REVISION, address.getQuery()));
        }
        return value(new RevisionKey(parts[1], parts[3], revision.get()), metric.get());
    }

    private Answer value(RevisionKey key, MetricType metric) {
        String name = MetricNames.of(metric);
        return switch (source.value(key, metric)) {
            case Known known ->
                Answer.json(
                        200,
                        new MetricValueList(
                                "MetricValueList",
                                GROUP_VERSION,
                                Map.of(),
                                List.of(new MetricValueList.Item(
                                        new MetricValueList.Described(
                                                LlmDeployment.KIND,
                                                key.namespace(),
                                                key.deployment(),
                                                LlmDeployment.API_VERSION),
                                        new MetricValueList.Metric(
                                                name, Map.of("matchLabels", Map.of(Labels.REVISION, key.revision()))),
                                        time(known.at()),
                                        quantity(known.value())))));
            case Unknown(String reason) ->
                refusal(
                        404,
                        "NotFound",
                        "%s of %s/%s, revision %s: %s"
                                .formatted(name, key.namespace(), key.deployment(), key.revision(), reason));
        };
    }

    private static APIResourceList resources() {
        return new APIResourceListBuilder()
                .withGroupVersion(GROUP_VERSION)
                .withResources(Arrays.stream(MetricType.values())
                        .map(type -> new APIResourceBuilder()
                                .withName(RESOURCE + "/" + MetricNames.of(type))
                                .withSingularName("")
                                .withNamespaced(true)
                                .withKind("MetricValueList")
                                .withVerbs("get")
                                .build())
                        .toList())
                .build();
    }

    /** Autoscalers write the one label they select by as {@code key=value}. */
    private static Optional<String> revision(@Nullable String rawQuery) {
        String wanted = Labels.REVISION + "=";
        return Arrays.stream((rawQuery == null ? "" : rawQuery).split("&"))
                .map(part -> URLDecoder.decode(part, StandardCharsets.UTF_8))
                .filter(part -> part.startsWith("metricLabelSelector=" + wanted))
                .map(part -> part.substring(("metricLabelSelector=" + wanted).length()))
                .filter(hash -> hash.matches("[a-z0-9]+"))
                .findFirst();
    }

    /** Thousandths, as quantities have them. */
    private static String quantity(double value) {
        return Math.round(value * 1000) + "m";
    }

    private static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static Answer refusal(int code, String reason, String message) {
        return Answer.json(
                code,
                new StatusBuilder()
                        .withStatus("Failure")
                        .withMessage(message)
                        .withReason(reason)
                        .withCode(code)
                        .build());
    }
}
