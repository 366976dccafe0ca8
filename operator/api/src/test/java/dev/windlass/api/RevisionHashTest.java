package dev.windlass.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RevisionHashTest {
    private static final KubernetesSerialization KUBERNETES = new KubernetesSerialization();
    private static final String A = "model: {uri: 'hf://a/b'}";

    @Test
    void goingBackToAnOldSpecGoesBackToItsHash() {
        String first = hash(A);
        String second = hash("model: {uri: 'hf://a/c'}");

        assertThat(second).isNotEqualTo(first);
        assertThat(hash(A)).isEqualTo(first);
    }

    /** A literal: a release whose hashes differ would restart every pod of every cluster that takes it. */
    @Test
    void staysTheSameFromReleaseToRelease() {
        assertThat(RevisionHash.canonicalJson(spec(A))).isEqualTo("{\"model\":{\"uri\":\"hf://a/b\"}}");
        assertThat(hash(A)).isEqualTo("fb5v7nszn4").matches("[b-z0-9]{10}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model: {uri: 'hf://a/b', maxContextTokens: 0, format: Auto, servedNames: [], sha256: ''}",
                A + ", runtime: {}",
                A
                        + ", runtime: {provider: Auto, batch: {maxSequences: 0}, kvCache: {memoryFraction: '90%', prefixReuse: true}}",
                A + ", resources: {}, scheduling: {topologySpread: Zone, nodeSelector: {}}",
                A + ", startup: {timeout: 1800s, warmupPrompts: 3}, drain: {timeout: 2m}"
            })
    void defaultsMayBeWrittenOut(String spec) {
        assertThat(hash(spec)).isEqualTo(hash(A));
    }

    @Test
    void itDoesNotMatterHowThingsAreWritten() {
        assertThat(hash(A + ", resources: {memory: 16Gi, cpu: 4}, scheduling: {nodeSelector: {a: b, c: d}}"))
                .isEqualTo(hash(
                        "resources: {cpu: 4000m, memory: 16384Mi}, scheduling: {nodeSelector: {c: d, a: b}}, " + A));
        assertThat(hash(A + ", podOverlay: {a: {b: 1, c: 2}}")).isEqualTo(hash(A + ", podOverlay: {a: {c: 2, b: 1}}"));
        assertThat(hash(A + ", resources: {gpu: {}}")).isEqualTo(hash(A + ", resources: {gpu: {count: 1}}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "replicas: 3",
                "autoscaling: {maxReplicas: 3}",
                "rollout: {strategy: Canary, paused: true}",
                "variants: [{name: a, weight: 5}]",
                "traffic: {sticky: {by: User}}",
                "auth: {mode: ServiceAccount}",
                "limits: {maxInputTokens: 5}",
                "contentFilter: {policyRef: {name: p}}",
                "responseCache: {shareAcrossKeys: true}",
                "cache: {prefetch: true}",
                "expose: {ingress: {host: a.example.com}}",
                "observability: {audit: Full}",
                "suspend: true"
            })
    void aLiveChangeMakesNoRevision(String live) {
        assertThat(hash(A + ", " + live)).isEqualTo(hash(A));
    }

    @Test
    void anAdapterMakesNoRevision() {
        assertThat(hash("model: {uri: 'hf://a/b', adapters: [{name: x, uri: 's3://x/y'}]}"))
                .isEqualTo(hash(A));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "runtime: {image: 'example.com/a:1'}",
                "runtime: {env: [{name: A, value: b}]}",
                "resources: {gpu: {}}",
                "resources: {gpu: {class: l4}}",
                "scheduling: {priorityClassName: high}",
                "podOverlay: {spec: {hostNetwork: true}}",
                "startup: {timeout: 31m}",
                "drain: {timeout: 121s}"
            })
    void aVersionedChangeMakesOne(String versioned) {
        assertThat(hash(A + ", " + versioned)).isNotEqualTo(hash(A));
    }

    @Test
    void aVariantIsTheBaseWithSomeOfItDifferent() {
        var spec = read(A + ", variants: [{name: v, weight: 5, overlay: {model: {convert: {quantization: Int8}}}}]");
        VersionedSpec variant = spec.versioned().with(spec.variants().getFirst().overlay());

        assertThat(RevisionHash.of(variant))
                .isEqualTo(hash("model: {uri: 'hf://a/b', convert: {quantization: Int8}}"))
                .isNotEqualTo(hash(A));
    }

    private static String hash(String spec) {
        return RevisionHash.of(spec(spec));
    }

    private static VersionedSpec spec(String spec) {
        return read(spec).versioned();
    }

    private static LlmDeploymentSpec read(String spec) {
        return KUBERNETES
                .unmarshal(
                        "apiVersion: windlass.dev/v1alpha1\nkind: LlmDeployment\nspec: {" + spec + "}",
                        LlmDeployment.class)
                .spec();
    }
}
