package dev.windlass.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class KubeApiTest {
    @RegisterExtension
    static final KubeApi kube = KubeApi.with();

    @Test
    void appliesInTheTestsNamespaceAndFailsWhereThatIsRefused() throws Exception {
        kube.apply("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: good}
                """);
        assertThat(kube.client()
                        .configMaps()
                        .inNamespace(kube.namespace())
                        .withName("good")
                        .get())
                .isNotNull();

        assertThatThrownBy(() -> kube.apply("""
                        apiVersion: v1
                        kind: ConfigMap
                        metadata: {name: Not Good}
                        """))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("metadata.name");
    }
}
