package dev.windlass.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.Resources;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.Event;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EventRecorderTest {
    @RegisterExtension
    static final KubeApi kube = KubeApi.with(Path.of("../../crds/llmdeployments.windlass.dev.yaml"));

    @Test
    void crashesOfOneCauseAreOneEventThatShowsTheLatest() {
        LlmDeployment resource = Resources.with("model: {uri: 'hf://a/one'}");
        resource.getMetadata().setNamespace(kube.namespace());
        var events = new EventRecorder(kube.client(), InstantSource.system());

        events.record(resource, "Warning", "CrashLoop", "ended with exit code 139: at pc=0x00007f3a5c0a1230");
        events.record(resource, "Warning", "CrashLoop", "ended with exit code 139: at pc=0x00007f9b11c0a230");
        events.record(resource, "Warning", "CrashLoop", "ended with exit code 134: at pc=0x00007f9b11c0a230");

        var told =
                kube.client().v1().events().inNamespace(kube.namespace()).list().getItems();
        assertThat(told)
                .extracting(Event::getCount, Event::getMessage)
                .containsExactlyInAnyOrder(
                        tuple(2, "ended with exit code 139: at pc=0x00007f9b11c0a230"),
                        tuple(1, "ended with exit code 134: at pc=0x00007f9b11c0a230"));
    }
}
