package dev.windlass.gateway.source;

import static dev.windlass.gateway.source.Written.labelled;
import static dev.windlass.gateway.source.Written.named;
import static dev.windlass.gateway.source.Written.resource;
import static dev.windlass.gateway.source.Written.slice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.gateway.route.Endpoint;
import dev.windlass.gateway.route.HoldLimits;
import dev.windlass.gateway.route.RouteTable;
import dev.windlass.gateway.route.State;
import dev.windlass.http.Identity;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterReadingTest {
    private static final String STABLE = "{name: m-a, role: Stable, weight: 100}";

    @Test
    void aModelThatNobodyHasLookedAtIsAsleepAndNotAbsent() {
        var route = ClusterReading.of(List.of(resource("", "")), List.of())
                .table(_ -> true)
                .find("m")
                .orElseThrow();

        assertThat(route.state()).isEqualTo(State.Asleep);
        assertThat(route.hold()).isEqualTo(HoldLimits.DEFAULT);
    }

    @Test
    void aSuspendedModelIsSuspendedEvenWithPods() {
        var reading = ClusterReading.of(
                List.of(resource("suspend: true", STABLE)), List.of(slice("[{addresses: ['10.0.0.1']}]")));

        assertThat(reading.table(_ -> true).find("m").orElseThrow().state()).isEqualTo(State.Suspended);
    }

    @Test
    void endpointsAreReadyOnceTheGatewayHasReachedThem() {
        var reading = ClusterReading.of(List.of(resource("", STABLE)), List.of(slice("""
                [{addresses: ['10.0.0.1'], conditions: {ready: true}}, {addresses: ['10.0.0.2'], conditions: {ready: true}},
                 {addresses: ['10.0.0.3'], conditions: {ready: false, serving: true, terminating: true}},
                 {addresses: ['10.0.0.4'], conditions: {ready: false}}]""")));

        assertThat(reading.ready())
                .extracting(Endpoint::address)
                .containsExactlyInAnyOrder("10.0.0.1:8080", "10.0.0.2:8080");
        var route = reading.table(endpoint -> endpoint.host().equals("10.0.0.1"))
                .find("m")
                .orElseThrow();
        assertThat(route.allEndpoints())
                .containsExactlyInAnyOrder(
                        new Endpoint("10.0.0.1", 8080, "m-a", true, false),
                        new Endpoint("10.0.0.2", 8080, "m-a", false, false),
                        new Endpoint("10.0.0.3", 8080, "m-a", false, true),
                        new Endpoint("10.0.0.4", 8080, "m-a", false, false));
        assertThat(route.open().get("m-a")).extracting(Endpoint::host).containsExactly("10.0.0.1");
    }

    @Test
    void anEndpointThatTwoSlicesNameIsOne() {
        EndpointSlice old = slice("[{addresses: ['10.0.0.1'], conditions: {ready: false}}]");
        EndpointSlice current = slice("[{addresses: ['10.0.0.1'], conditions: {ready: true}}]");
        for (var slices : List.of(List.of(old, current), List.of(current, old))) {
            assertThat(ClusterReading.of(List.of(resource("", STABLE)), slices).backends())
                    .singleElement()
                    .satisfies(
                            backend -> assertThat(backend.endpoint().isOpen()).isTrue());
        }
    }

    @Test
    void aPodWithPortsOfEitherNameIsOneAndSpeaksTls() {
        var plain =
                slice("IPv4", "[{name: http, port: 8080}]", "[{addresses: ['10.0.0.1']}, {addresses: ['10.0.0.2']}]");
        var secure =
                slice("IPv4", "[{name: https, port: 8443}]", "[{addresses: ['10.0.0.2']}, {addresses: ['10.0.0.3']}]");
        var expected = Identity.runtime("n", "m");
        for (var slices : List.of(List.of(plain, secure), List.of(secure, plain))) {
            assertThat(ClusterReading.of(List.of(resource("", STABLE)), slices).backends())
                    .extracting(RouteTable.Backend::endpoint)
                    .containsExactlyInAnyOrder(
                            new Endpoint("10.0.0.1", 8080, "m-a", true, false),
                            new Endpoint("10.0.0.2", 8443, "m-a", true, false, expected),
                            new Endpoint("10.0.0.3", 8443, "m-a", true, false, expected));
        }
    }

    @Test
    void aStraySliceMakesTheGatewayCallNobody() {
        var stray = labelled(
                slice("[{addresses: ['10.0.0.9']}]"),
                Map.of("windlass.dev/name", "other", "windlass.dev/revision", "a"));

        var reading = ClusterReading.of(List.of(resource("", STABLE)), List.of(stray));

        assertThat(reading.backends()).isEmpty();
        assertThat(reading.problems()).isEmpty();
    }

    @Test
    void anOddObjectHurtsNoOtherAndIsNamed() {
        var nameless = named("", resource("", ""));
        var odd = slice("IPv4", "[{name: http, port: 70000}]", "[{addresses: ['10.0.0.2']}]");
        odd.getMetadata().setName("odd");
        var empty = new EndpointSlice();

        var reading = ClusterReading.of(
                List.of(nameless, resource("", STABLE)), List.of(empty, odd, slice("[{addresses: ['10.0.0.1']}]")));

        assertThat(reading.table(_ -> true).find("m").orElseThrow().state()).isEqualTo(State.Awake);
        assertThat(reading.problems()).hasSize(3);
        assertThat(reading.problems())
                .anySatisfy(problem ->
                        assertThat(problem).startsWith("EndpointSlice n/odd: ").contains("70000"));
    }
}
