package dev.windlass.gateway.source;

import static dev.windlass.gateway.source.Written.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.api.traffic.HeaderRule;
import dev.windlass.api.traffic.Mirror;
import dev.windlass.gateway.route.Balancing;
import dev.windlass.gateway.route.Deployment;
import dev.windlass.gateway.route.HoldLimits;
import dev.windlass.gateway.route.Sticky;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceReadingTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            nobody has looked at it  |                                                                                                   | m/stable 100
            one revision             | {name: m-a, role: Stable, weight: 100}                                                            | m-a/stable 100
            the base comes first     | {name: m-b, role: Canary, weight: 25}, {name: m-a, role: Stable, weight: 75}                      | m-a/stable 75, m-b/canary 25
            a canary has all         | {name: m-a, role: Stable, weight: 0}, {name: m-b, role: Canary, weight: 100}                      | m-a/stable 0, m-b/canary 100
            a canary on trial        | {name: m-a, role: Stable, weight: 100}, {name: m-b, role: Canary, weight: 0}                      | m-a/stable 100
            nothing can be routed to | {name: m-b, role: Canary, weight: 0}, {name: m-a, role: Stable, weight: 0}                        | m-a/stable 100
            no weights               | {name: m-a, role: Stable}                                                                         | m-a/stable 100
            variants                 | {name: m-a, role: Stable, weight: 80}, {name: m-b, role: Variant, variant: x, weight: 20}, {name: m-c, role: Variant, variant: y, weight: 0} | m-a/stable 80, m-b/x 20, m-c/y 0
            an old one retires       | {name: m-o, role: Retiring, variant: x, weight: 0}, {name: m-a, role: Stable, weight: 100}        | m-a/stable 100
            it still has users       | {name: m-o, role: Retiring, variant: x, weight: 10}, {name: m-a, role: Stable, weight: 90}        | m-a/stable 90, m-o 10
            a sum that cannot be     | {name: m-a, role: Stable, weight: 90}, {name: m-b, role: Canary, weight: 20}                      | m-a/stable 100
            a weight that cannot be  | {name: m-a, role: Stable, weight: 110}, {name: m-b, role: Canary, weight: -10}                    | m-a/stable 100
            a weight that is no one  | {name: m-a, role: Stable, weight: many}                                                           | m-a/stable 100
            one name twice           | {name: m-a, role: Stable, weight: 100}, {name: m-a, role: Canary, weight: 0}                      | m-a/stable 100
            two bases                | {name: m-a, role: Stable, weight: 50}, {name: m-b, role: Stable, weight: 50}                      | m-a/stable 50, m-b/stable 50
            a role of the future     | {name: m-a, role: Stable, weight: 60}, {name: m-b, role: Shadow, weight: 40}                      | m-a/stable 60, m-b 40
            no name                  | {role: Stable, weight: 100}                                                                       | m/stable 100
            """)
    void revisionsAreThoseOfTheStatus(String when, String revisions, String expected) {
        var deployment = ResourceReading.deployment(resource("", revisions == null ? "" : revisions));

        assertThat(deployment.revisions().stream()
                        .map(ResourceReadingTest::text)
                        .collect(Collectors.joining(", ")))
                .as(when)
                .isEqualTo(expected);
    }

    private static String text(Deployment.Revision revision) {
        return revision.name() + (revision.variant() == null ? "" : "/" + revision.variant()) + " " + revision.weight();
    }

    @Test
    void aResourceOfFiveLinesHasDefaults() {
        var deployment = ResourceReading.deployment(resource("", ""));

        assertThat(deployment.name()).hasToString("n/m");
        assertThat(deployment.created()).isEqualTo(Instant.parse("2026-11-24T08:00:00Z"));
        assertThat(deployment.servedNames()).containsExactly("m");
        assertThat(deployment.model()).isEqualTo("m");
        assertThat(deployment.balancing()).isEqualTo(Balancing.PrefixAware);
        assertThat(deployment.sticky()).isEqualTo(Sticky.NONE);
        assertThat(deployment.hold()).isEqualTo(HoldLimits.DEFAULT);
        assertThat(deployment.suspended()).isFalse();
        assertThat(deployment.draining()).isFalse();
    }

    @Test
    void trafficIsTheSpecs() {
        var deployment = ResourceReading.deployment(resource("""
                traffic: {sticky: {by: Cookie, salt: s}, routing: RoundRobin, mirror: {to: canary, percent: 5},
                rules: [{headers: {X: y}, to: stable}]}, suspend: true,
                autoscaling: {minReplicas: 0, maxReplicas: 2, idle: {wake: {maxWait: 90s, maxQueued: 7}}}""", ""));

        assertThat(deployment.sticky()).isEqualTo(new Sticky(Sticky.By.Cookie, "windlass", "s"));
        assertThat(deployment.balancing()).isEqualTo(Balancing.RoundRobin);
        assertThat(deployment.rules()).containsExactly(new HeaderRule(Map.of("x", "y"), "stable"));
        assertThat(deployment.mirror()).isEqualTo(new Mirror("canary", 5));
        assertThat(deployment.hold()).isEqualTo(new HoldLimits(7, Duration.ofSeconds(90)));
        assertThat(deployment.suspended()).isTrue();
    }

    @Test
    void runtimesKnowTheFirstOfItsNames() {
        var deployment = ResourceReading.deployment(resource("'hf://a/b', servedNames: [x, org/y]", "", ""));

        assertThat(deployment.servedNames()).containsExactly("x", "org/y");
        assertThat(deployment.model()).isEqualTo("x");
    }

    @Test
    void oneThatIsBeingDeletedDrains() {
        var resource = resource("", "");
        resource.getMetadata().setDeletionTimestamp("2026-11-24T09:00:00Z");

        assertThat(ResourceReading.deployment(resource).draining()).isTrue();
    }

    @Test
    void whatMakesNoSenseIsAsIfItWereNotThere() {
        var deployment = ResourceReading.deployment(resource("""
                traffic: {sticky: {by: Header}, routing: Fastest, mirror: {to: canary, percent: 200}, rules: [{to: stable}, 7]},
                autoscaling: {maxReplicas: 1, minReplicas: 0, idle: {wake: {maxWait: soon, maxQueued: -3}}}, suspend: [perhaps]
                """, ""));

        assertThat(deployment.sticky()).isEqualTo(Sticky.NONE);
        assertThat(deployment.balancing()).isEqualTo(Balancing.PrefixAware);
        assertThat(deployment.mirror()).isNull();
        assertThat(deployment.rules()).isEmpty();
        assertThat(deployment.hold()).isEqualTo(new HoldLimits(0, Duration.ofMinutes(10)));
        assertThat(deployment.suspended()).isFalse();
    }

    @Test
    void nobodyOwnsNamesByNotSayingWhenItBegan() {
        var resource = resource("", "");
        resource.getMetadata().setCreationTimestamp(null);

        assertThat(ResourceReading.deployment(resource).created()).isAfter(Instant.parse("2100-01-01T00:00:00Z"));
    }

    @Test
    void aResourceWithoutANameIsNone() {
        assertThatThrownBy(() -> ResourceReading.deployment(Written.named("", resource("", ""))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a namespace and a name");
    }
}
