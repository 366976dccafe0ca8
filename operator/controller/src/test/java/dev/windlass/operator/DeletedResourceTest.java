package dev.windlass.operator;

import static dev.windlass.operator.TestedModel.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.operator.control.LlmDeploymentReconciler;
import dev.windlass.testing.KubeApi;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A resource that somebody deletes while it is looked at, on a real API server. */
class DeletedResourceTest {
    @RegisterExtension
    static final KubeApi kube = KubeApi.with(Path.of("../../crds/llmdeployments.windlass.dev.yaml"));

    private final TestedModel model = new TestedModel(kube);

    @Test
    void isNoFailure() throws Exception {
        var deleted = new AtomicBoolean();
        InstantSource clock = () -> {
            if (isAskedInAPass() && deleted.compareAndSet(false, true)) {
                kube.client().resource(model.get()).delete();
                eventually().until(() -> model.get() == null);
            }
            return Instant.now();
        };
        try (var operator = TestedOperator.on(kube).clock(clock).start()) {
            model.apply("model: {uri: 'hf://a/one'}");

            String said = eventually()
                    .until(
                            operator::metrics,
                            it -> it.matches("(?s).*windlass_operator_reconcile_seconds_count\\{.*?} [1-9].*"));
            assertThat(deleted).isTrue();
            assertThat(said)
                    .contains(
                            "windlass_operator_reconcile_seconds_count{outcome=\"failed\"} 0",
                            "windlass_operator_reconcile_errors_total{exception=\"KubernetesClientException\"} 0");
        }
    }

    private static boolean isAskedInAPass() {
        return StackWalker.getInstance()
                .walk(frames ->
                        frames.anyMatch(frame -> frame.getClassName().equals(LlmDeploymentReconciler.class.getName())));
    }
}
