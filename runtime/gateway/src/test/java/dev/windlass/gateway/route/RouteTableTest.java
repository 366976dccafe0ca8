package dev.windlass.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.api.traffic.Bucket;
import dev.windlass.api.traffic.HeaderRule;
import dev.windlass.api.traffic.Mirror;
import dev.windlass.api.traffic.TrafficPolicy.Request;
import dev.windlass.gateway.route.Deployment.Revision;
import dev.windlass.gateway.route.RouteTable.Backend;
import dev.windlass.gateway.route.RouteTable.Conflict;
import dev.windlass.policy.EdgeSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RouteTableTest {
    private static final DeploymentName OLD = new DeploymentName("a", "qwen");
    private static final DeploymentName NEW = new DeploymentName("b", "qwen");

    @Test
    void theOldestOwnsANameAndTheOtherIsReachedByItsQualifiedOne() {
        var deployments = new ArrayList<>(List.of(deployment(NEW, 20), deployment(OLD, 10)));
        for (int order = 0; order < 2; order++) {
            var table = RouteTable.of(deployments, List.of());
            assertThat(table.find("qwen").orElseThrow().deployment()).isEqualTo(OLD);
            assertThat(table.find("b/qwen").orElseThrow().deployment()).isEqualTo(NEW);
            assertThat(table.find("a/qwen").orElseThrow().deployment()).isEqualTo(OLD);
            assertThat(table.conflicts()).containsExactly(new Conflict("qwen", OLD, NEW));
            assertThat(table.listed()).containsOnlyKeys("qwen", "b/qwen");
            Collections.reverse(deployments);
        }
    }

    @Test
    void aDeploymentWithoutEndpointsSleepsAndIsNotAbsent() {
        var route = RouteTable.of(List.of(deployment(OLD, 0)), List.of())
                .find("qwen")
                .orElseThrow();
        assertThat(route.state()).isEqualTo(State.Asleep);
        assertThat(route.reachable()).isEmpty();
    }

    @Test
    void onlyReadyEndpointsThatDoNotDrainAreOpen() {
        var route = RouteTable.of(
                        List.of(deployment(OLD, 0)),
                        List.of(
                                new Backend(OLD, new Endpoint("10.0.0.1", 8000, "r1", true, false)),
                                new Backend(OLD, new Endpoint("10.0.0.2", 8000, "r1", false, false)),
                                new Backend(OLD, new Endpoint("10.0.0.3", 8000, "r1", true, true)),
                                new Backend(OLD, new Endpoint("10.0.0.4", 8000, "unknown", true, false))))
                .find("qwen")
                .orElseThrow();
        assertThat(route.state()).isEqualTo(State.Awake);
        assertThat(route.open()).containsOnlyKeys("r1");
        assertThat(route.open().get("r1")).extracting(Endpoint::host).containsExactly("10.0.0.1");
        assertThat(route.allEndpoints()).hasSize(4);
    }

    @Test
    void rulesAndMirrorsNameVariantsAndThoseOfAbsentOnesAreLeftOut() {
        var revisions = List.of(new Revision("r1", null, 90), new Revision("r2", "canary", 10));
        var table = RouteTable.of(
                List.of(deployment(
                        OLD,
                        0,
                        revisions,
                        List.of(
                                new HeaderRule(Map.of("x-llm-variant", "int8"), "int8"),
                                new HeaderRule(Map.of("x-llm-variant", "canary"), "canary")),
                        new Mirror("canary", 100))),
                List.of());
        var traffic = table.find("qwen").orElseThrow().traffic();
        assertThat(traffic.rules()).extracting(HeaderRule::to).containsExactly("r2");
        assertThat(traffic.mirror()).isEqualTo(new Mirror("r2", 100));
    }

    @Test
    void whoHasNoShareServesNobodyWhoHasNotAskedForIt() {
        var revisions = List.of(new Revision("r1", "stable", 100), new Revision("r2", "int8", 0));
        var rule = new HeaderRule(Map.of("x-llm-variant", "int8"), "int8");
        var deployment = deployment(OLD, 0, revisions, List.of(rule), null);
        var other = new Backend(OLD, new Endpoint("10.0.0.2", 8000, "r2", true, false));
        var base = new Backend(OLD, new Endpoint("10.0.0.1", 8000, "r1", true, false));

        var asleep =
                RouteTable.of(List.of(deployment), List.of(other)).find("qwen").orElseThrow();
        assertThat(asleep.state()).isEqualTo(State.Asleep);

        var awake = RouteTable.of(List.of(deployment), List.of(base, other))
                .find("qwen")
                .orElseThrow();
        assertThat(awake.state()).isEqualTo(State.Awake);
        assertThat(target(awake, Map.of(), Set.of("r1", "r2"))).isEqualTo("r1");
        assertThat(target(awake, Map.of("x-llm-variant", "int8"), Set.of("r1", "r2")))
                .isEqualTo("r2");
        // After the base failed a request, another try must not end there either.
        assertThat(target(awake, Map.of(), Set.of("r2"))).isEqualTo("r1");
    }

    @Test
    void oneThatIsSuspendedStaysSoWithPods() {
        var deployment = new Deployment(
                OLD,
                Instant.EPOCH,
                List.of(),
                "qwen",
                List.of(new Revision("r1", null, 100)),
                Sticky.NONE,
                List.of(),
                null,
                Balancing.LeastLoad,
                HoldLimits.DEFAULT,
                EdgeSettings.NONE,
                true,
                false);
        var backend = new Backend(OLD, new Endpoint("10.0.0.1", 8000, "r1", true, false));

        assertThat(RouteTable.of(List.of(deployment), List.of(backend))
                        .find("qwen")
                        .orElseThrow()
                        .state())
                .isEqualTo(State.Suspended);
    }

    @Test
    void tenThousandUsersSplitByTheWeightsStayAndMoveOneWayOnly() {
        Map<String, String> before = new HashMap<>();
        for (int weight : new int[] {5, 25, 50, 100}) {
            var revisions = List.of(new Revision("stable", null, 100 - weight), new Revision("canary", null, weight));
            var route = RouteTable.of(List.of(deployment(OLD, 0, revisions, List.of(), null)), List.of())
                    .find("qwen")
                    .orElseThrow();
            int canary = 0;
            for (int user = 0; user < 10_000; user++) {
                String to = target(route, "user-" + user);
                assertThat(to).isEqualTo(target(route, "user-" + user));
                String was = before.put("user-" + user, to);
                assertThat("canary".equals(was) && to.equals("stable")).isFalse();
                canary += to.equals("canary") ? 1 : 0;
            }
            // Users fall into buckets by a hash, so their number varies as a binomial does: five deviations.
            double share = weight / 100.0;
            assertThat((double) canary).isCloseTo(10_000 * share, offset(5 * Math.sqrt(10_000 * share * (1 - share))));
        }
    }

    @Test
    void everyBucketOnceIsTheWeightExactly() {
        var revisions = List.of(new Revision("stable", null, 83), new Revision("canary", null, 17));
        var route = RouteTable.of(List.of(deployment(OLD, 0, revisions, List.of(), null)), List.of())
                .find("qwen")
                .orElseThrow();
        int canary = 0;
        for (int bucket = 0; bucket < Bucket.COUNT; bucket++) {
            var request = new Request(Map.of(), new Bucket(bucket), new Bucket(0));
            canary += route.traffic()
                            .route(request, Set.of("stable", "canary"))
                            .to()
                            .equals("canary")
                    ? 1
                    : 0;
        }
        assertThat(canary).isEqualTo(1_700);
    }

    @Test
    void weightsOfRevisionsMustAddUp() {
        assertThatThrownBy(() -> deployment(
                        OLD, 0, List.of(new Revision("r1", null, 90), new Revision("r2", null, 20)), List.of(), null))
                .hasMessage("a/qwen: expected weights of revisions that sum to 100, got 110");
        assertThatThrownBy(() -> new Revision("r1", null, -10))
                .hasMessage("revision r1: expected a weight from 0 to 100, got -10");
        assertThatThrownBy(() -> deployment(
                        OLD, 0, List.of(new Revision("r1", null, 90), new Revision("r1", null, 10)), List.of(), null))
                .hasMessage("a/qwen: expected every revision once, got r1 twice");
    }

    @Test
    void anyOrderGivesTheSameTable() {
        var random = new Random(7);
        List<Deployment> deployments = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            deployments.add(deployment(new DeploymentName("n" + i % 7, "m" + i % 5 + "-" + i / 15), i % 4));
        }
        var names = RouteTable.of(deployments, List.of()).listed().keySet();
        for (int i = 0; i < 20; i++) {
            Collections.shuffle(deployments, random);
            assertThat(RouteTable.of(deployments, List.of()).listed().keySet()).isEqualTo(names);
        }
    }

    private static String target(Route route, Map<String, String> headers, Set<String> reachable) {
        return route.traffic()
                .route(new Request(headers, new Bucket(1), new Bucket(1)), reachable)
                .to();
    }

    private static String target(Route route, String user) {
        var request = new Request(Map.of(), Bucket.of("salt", user), new Bucket(0));
        return route.traffic().route(request, Set.of("stable", "canary")).to();
    }

    private static Offset<Double> offset(double value) {
        return Offset.offset(value + 1e-9);
    }

    private static Deployment deployment(DeploymentName name, long created) {
        return deployment(name, created, List.of(new Revision("r1", null, 100)), List.of(), null);
    }

    private static Deployment deployment(
            DeploymentName name,
            long created,
            List<Revision> revisions,
            List<HeaderRule> rules,
            @Nullable Mirror mirror) {
        return new Deployment(
                name,
                Instant.ofEpochSecond(created),
                List.of(),
                name.name(),
                revisions,
                Sticky.NONE,
                rules,
                mirror,
                Balancing.LeastLoad,
                HoldLimits.DEFAULT,
                EdgeSettings.NONE,
                false,
                false);
    }
}
