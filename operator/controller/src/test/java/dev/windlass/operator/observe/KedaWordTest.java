package dev.windlass.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.operator.Resources;
import dev.windlass.operator.desired.ScaledObject;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KedaWordTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    @Test
    void whatKedaComplainsOfIsSaidInItsWords() {
        assertThat(complaint("2026-11-24T11:00:00Z", """
                        [{type: Active, status: Unknown},
                         {type: Ready, status: 'False', reason: ScaledObjectCheckFailed, message: no such target}]"""))
                .contains("KEDA, of ScaledObject m-70b: ScaledObjectCheckFailed: no such target");
        assertThat(complaint("2026-11-24T11:00:00Z", "[{type: Ready, status: 'True'}]"))
                .isEmpty();
    }

    @Test
    void oneThatNobodyLooksAtIsNoticedAfterAWhile() {
        assertThat(complaint("2026-11-24T11:58:30Z", "[]")).isEmpty();
        assertThat(complaint("2026-11-24T11:57:30Z", "[]"))
                .contains("KEDA has said nothing of ScaledObject m-70b; does it run?");
    }

    /** With fields that Windlass does not know. */
    private static Optional<String> complaint(String made, String conditions) {
        var object = Resources.read("""
                apiVersion: keda.sh/v1alpha1
                kind: ScaledObject
                metadata: {name: m-70b, creationTimestamp: '%s'}
                spec: {minReplicaCount: 1, maxReplicaCount: 2, pollingInterval: 30, triggers: [{type: cron, name: x}]}
                status: {hpaName: keda-hpa-m-70b, conditions: %s}
                """.formatted(made, conditions), ScaledObject.class);
        return KedaWord.complaint(object, NOW);
    }
}
