package dev.windlass.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.api.AutoscalingSpec.MetricType;
import dev.windlass.operator.Resources;
import dev.windlass.operator.desired.DesiredObjects;
import dev.windlass.operator.desired.DesiredRevision;
import dev.windlass.operator.desired.Installation;
import dev.windlass.operator.desired.ScaledObject;
import dev.windlass.operator.gateway.RevisionKey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ScalingValuesTest {
    private static final String PATH = "/scaling/ns/m/70b/queue_depth";

    private final ScalingValues values =
            new ScalingValues((key, metric) -> key.revision().equals("silent")
                    ? new MetricValue.Unknown("no gateway answers")
                    : new MetricValue.Known(metric == MetricType.QueueDepth ? 2.5 : 7, Instant.EPOCH));

    @Test
    void aNumberIsFoundWhereATriggerLooksForIt() {
        var resource = Resources.with("""
                model: {uri: 'hf://a/b'},
                autoscaling: {provider: Keda, maxReplicas: 2, metrics: [{type: QueueDepth, target: 500m}]}""");
        var revision = DesiredRevision.of(resource, resource.spec().versioned());
        var scaled = (ScaledObject) new DesiredObjects(Installation.STANDARD)
                .autoscaler(revision, 1, 2)
                .orElseThrow();
        var trigger = Objects.requireNonNull(scaled.getSpec().triggers()).getFirst();
        var metadata = Objects.requireNonNull(trigger.metadata());

        assertThat(values(URI.create(metadata.get("url")).getPath())).isEqualTo("200 {\"value\":2.5}");
        assertThat(metadata).containsEntry("valueLocation", "value").containsEntry("targetValue", "0.5");
    }

    @Test
    void whatIsUnknownIsNoNumber() {
        assertThat(values("/scaling/ns/m/silent/queue_depth")).isEqualTo("503 {\"error\":\"no gateway answers\"}");
    }

    @Test
    void aWrongQuestionIsToldWhatWasExpected() {
        assertThat(values(PATH + "/more")).startsWith("404").contains("/scaling/NAMESPACE/NAME/REVISION/METRIC");
        assertThat(values("/scaling/ns/m/70b/cpu")).startsWith("404").contains("queue_depth, concurrency");
        assertThat(values.answer("POST", PATH).status()).isEqualTo(405);
    }

    @Test
    void ofOneRevisionNothingIsSaidForAnother() {
        var asked = new ScalingValues((key, metric) -> key.equals(new RevisionKey("ns", "m", "70b"))
                ? new MetricValue.Known(1, Instant.EPOCH)
                : new MetricValue.Unknown("another"));

        assertThat(asked.answer("GET", PATH).status()).isEqualTo(200);
        assertThat(asked.answer("GET", "/scaling/ns/m/70c/queue_depth").status())
                .isEqualTo(503);
    }

    private String values(String path) {
        Answer answer = values.answer("GET", path);
        return answer.status() + " " + new String(answer.body(), StandardCharsets.UTF_8);
    }
}
