package dev.windlass.gateway.source;

import static dev.windlass.gateway.source.Written.labelled;
import static dev.windlass.gateway.source.Written.slice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.gateway.route.DeploymentName;
import dev.windlass.gateway.route.Endpoint;
import dev.windlass.gateway.route.RouteTable.Backend;
import dev.windlass.http.Identity;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SliceReadingTest {
    private static final String ONE = "[{addresses: ['10.0.0.1']}]";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {ready: true}                                        | true  | false
            {ready: true, serving: true, terminating: false}     | true  | false
            {ready: false, serving: false, terminating: false}   | false | false
            {ready: false, serving: true, terminating: true}     | false | true
            {ready: true, serving: true, terminating: true}      | true  | true
            {}                                                   | true  | false
            """)
    void conditionsSayWhoIsReadyAndWhoIsAboutToEnd(String conditions, boolean ready, boolean draining) {
        var backends = SliceReading.backends(slice("[{addresses: ['10.0.0.1'], conditions: " + conditions + "}]"));

        assertThat(backends)
                .containsExactly(new Backend(
                        new DeploymentName("n", "m"), new Endpoint("10.0.0.1", 8080, "m-a", ready, draining)));
    }

    @Test
    void anEndpointOfSixIsWrittenAsInAUrl() {
        var backends = SliceReading.backends(
                slice("IPv6", "[{name: metrics, port: 9}, {name: http, port: 80}]", "[{addresses: ['fd00::1']}]"));

        assertThat(backends).extracting(one -> one.endpoint().address()).containsExactly("[fd00::1]:80");
    }

    @Test
    void thePortsNameSaysWhetherTlsIsSpokenAndWithWhom() {
        var backends =
                SliceReading.backends(slice("IPv4", "[{name: http, port: 8080}, {name: https, port: 8443}]", ONE));

        assertThat(backends)
                .extracting(Backend::endpoint)
                .containsExactly(new Endpoint("10.0.0.1", 8443, "m-a", true, false, Identity.runtime("n", "m")));
        assertThat(backends.getFirst().endpoint().expected())
                .map(Identity::uri)
                .contains("spiffe://windlass/ns/n/llm/m");
        assertThat(SliceReading.backends(slice(ONE)).getFirst().endpoint().expected())
                .isEmpty();
    }

    @Test
    void onlyTheFirstAddressOfAnEndpointMeansSomething() {
        assertThat(SliceReading.backends(slice("[{addresses: ['10.0.0.1', '10.0.0.2']}, {addresses: []}]")))
                .extracting(one -> one.endpoint().host())
                .containsExactly("10.0.0.1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            IPv4 | [{name: metrics, port: 8080}]
            IPv4 | [{port: 8080}]
            IPv4 | [{name: http}]
            IPv4 | []
            IPv4 | null
            FQDN | [{name: http, port: 8080}]
            """)
    void aSliceWithoutAPortAndAddressesForUsHasNobody(String type, String ports) {
        assertThat(SliceReading.backends(slice(type, ports, ONE))).isEmpty();
    }

    @Test
    void aSliceOfNoRevisionHasNobody() {
        assertThat(SliceReading.backends(labelled(slice(ONE), Map.of()))).isEmpty();
        assertThat(SliceReading.backends(labelled(slice(ONE), Map.of("windlass.dev/revision", "a"))))
                .isEmpty();
        var empty = Map.of("windlass.dev/name", "", "windlass.dev/revision", "");
        assertThat(SliceReading.backends(labelled(slice(ONE), empty))).isEmpty();
        assertThat(SliceReading.backends(slice("null"))).isEmpty();
    }

    @Test
    void aPortThatCannotBeIsSaid() {
        assertThatThrownBy(() -> SliceReading.backends(slice("IPv4", "[{name: http, port: 70000}]", ONE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10.0.0.1:70000");
    }
}
