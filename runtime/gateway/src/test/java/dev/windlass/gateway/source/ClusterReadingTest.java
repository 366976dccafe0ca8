package dev.windlass.gateway.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.api.LlmDeployment;
import dev.windlass.gateway.route.Balancing;
import dev.windlass.gateway.route.Deployment.Revision;
import dev.windlass.gateway.route.Endpoint;
import dev.windlass.gateway.route.HoldLimits;
import dev.windlass.gateway.route.Route;
import dev.windlass.gateway.route.State;
import dev.windlass.gateway.route.Sticky;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterReadingTest {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    @Test
    void aModelThatNobodyHasLookedAtIsAsleepAndNotAbsent() {
        Route route = route(resource("model: {uri: 'hf://a/b'}", ""));

        assertThat(route.state()).isEqualTo(State.Asleep);
        assertThat(route.hold()).isEqualTo(HoldLimits.DEFAULT);
        assertThat(route.model()).isEqualTo("m");
        assertThat(route.balancing()).isEqualTo(Balancing.PrefixAware);
    }

    @Test
    void weightsAreThoseOfTheStatus() {
        var deployment = ClusterReading.deployment(resource("model: {uri: 'hf://a/b', servedNames: [x, y]}", """
                revisions: [{name: m-b, role: Canary, weight: 25}, {name: m-a, role: Stable, weight: 75}]"""));

        assertThat(deployment.revisions())
                .containsExactly(new Revision("m-a", "stable", 75), new Revision("m-b", "canary", 25));
        assertThat(deployment.servedNames()).containsExactly("x", "y");
        assertThat(deployment.model()).isEqualTo("x");
    }

    @Test
    void theBaseKeepsItsPlaceWhileNothingCanBeRoutedTo() {
        var deployment = ClusterReading.deployment(resource("model: {uri: 'hf://a/b'}", """
                revisions: [{name: m-b, role: Canary, weight: 0}, {name: m-a, role: Stable, weight: 0}]"""));

        assertThat(deployment.revisions()).containsExactly(new Revision("m-a", "stable", 100));
    }

    @Test
    void aCanaryOnTrialIsOutOfReachOfRules() {
        var deployment = ClusterReading.deployment(resource("model: {uri: 'hf://a/b'}", """
                revisions: [{name: m-a, role: Stable, weight: 100}, {name: m-b, role: Canary, weight: 0}]"""));

        assertThat(deployment.revisions()).containsExactly(new Revision("m-a", "stable", 100));
    }

    @Test
    void variantsAreThereEvenWithoutAShare() {
        var deployment = ClusterReading.deployment(resource("model: {uri: 'hf://a/b'}", """
                revisions: [{name: m-a, role: Stable, weight: 80}, {name: m-b, role: Variant, variant: x, weight: 20},
                  {name: m-c, role: Variant, variant: y, weight: 0}]"""));

        assertThat(deployment.revisions())
                .containsExactly(
                        new Revision("m-a", "stable", 80), new Revision("m-b", "x", 20), new Revision("m-c", "y", 0));
    }

    @Test
    void trafficIsTheSpecs() {
        var deployment = ClusterReading.deployment(resource("""
                model: {uri: 'hf://a/b'}, traffic: {sticky: {by: Cookie, salt: s}, routing: RoundRobin,
                rules: [{headers: {x: y}, to: stable}]}, autoscaling: {minReplicas: 0, maxReplicas: 2, idle: {wake: {maxWait: 90s, maxQueued: 7}}}""", ""));

        assertThat(deployment.sticky()).isEqualTo(new Sticky(Sticky.By.Cookie, "windlass", "s"));
        assertThat(deployment.balancing()).isEqualTo(Balancing.RoundRobin);
        assertThat(deployment.rules())
                .singleElement()
                .satisfies(rule -> assertThat(rule.to()).isEqualTo("stable"));
        assertThat(deployment.hold()).isEqualTo(new HoldLimits(7, Duration.ofSeconds(90)));
    }

    @Test
    void nobodyWaitsForASuspendedModel() {
        assertThat(route(resource("model: {uri: 'hf://a/b'}, suspend: true", ""))
                        .hold())
                .isEqualTo(HoldLimits.NONE);
    }

    @Test
    void endpointsAreTakenOnceReachedAndDrainWhenTheyEnd() {
        EndpointSlice slice = slice("http", """
                - {addresses: ["10.0.0.1"], conditions: {ready: true}}
                - {addresses: ["10.0.0.2"], conditions: {ready: true}}
                - {addresses: ["10.0.0.3"], conditions: {ready: false, serving: true, terminating: true}}
                - {addresses: ["fd00::1"]}
                """);
        var table = ClusterReading.table(
                List.of(resource("model: {uri: 'hf://a/b'}", "revisions: [{name: m-a, role: Stable, weight: 100}]")),
                List.of(slice, slice),
                address -> !address.startsWith("10.0.0.2"));

        assertThat(table.find("m").orElseThrow().allEndpoints())
                .containsExactlyInAnyOrder(
                        new Endpoint("10.0.0.1", 8080, "m-a", true, false),
                        new Endpoint("10.0.0.2", 8080, "m-a", false, false),
                        new Endpoint("10.0.0.3", 8080, "m-a", false, true),
                        new Endpoint("fd00::1", 8080, "m-a", true, false));
    }

    @Test
    void aSliceWithoutOurPortIsNobodys() {
        assertThat(ClusterReading.backends(List.of(slice("metrics", "- {addresses: [\"10.0.0.1\"]}"))))
                .isEmpty();
    }

    @Test
    void anOddResourceHurtsNoOther() {
        LlmDeployment odd = resource(
                "model: {uri: 'hf://a/b'}, autoscaling: {maxReplicas: 1, minReplicas: 0, idle: {wake: {maxWait: soon}}}",
                "");
        odd.getMetadata().setName("odd");
        LlmDeployment good = resource("model: {uri: 'hf://a/b'}", "");

        var table = ClusterReading.table(List.of(odd, good), List.of(), _ -> true);

        assertThat(table.find("m")).isPresent();
        assertThat(table.find("odd")).isEmpty();
    }

    private static Route route(LlmDeployment resource) {
        return ClusterReading.table(List.of(resource), List.of(), _ -> true)
                .find("m")
                .orElseThrow();
    }

    private static LlmDeployment resource(String spec, String status) {
        return YAML.unmarshal(
                "apiVersion: windlass.dev/v1alpha1\nkind: LlmDeployment\nmetadata: {name: m, namespace: n}\nspec: {"
                        + spec + "}\nstatus: {" + status + "}\n",
                LlmDeployment.class);
    }

    private static EndpointSlice slice(String port, String endpoints) {
        EndpointSlice slice = YAML.unmarshal(
                "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: m-a-x, namespace: n}\n"
                        + "addressType: IPv4\nports: [{name: " + port + ", port: 8080}]\nendpoints:\n" + endpoints,
                EndpointSlice.class);
        slice.getMetadata().setLabels(Map.of("windlass.dev/name", "m", "windlass.dev/revision", "a"));
        return slice;
    }
}
