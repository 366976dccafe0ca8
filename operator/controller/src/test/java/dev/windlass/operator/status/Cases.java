package dev.windlass.operator.status;

import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmFilterPolicy;
import dev.windlass.operator.Resources;
import dev.windlass.operator.certificates.CertificateWord;
import dev.windlass.operator.desired.Installation;
import dev.windlass.operator.memory.Memory;
import dev.windlass.operator.observe.Loading;
import dev.windlass.operator.observe.Observation;
import dev.windlass.operator.observe.Seen;
import dev.windlass.operator.rollout.Failure;
import dev.windlass.operator.rollout.Instructions;
import dev.windlass.operator.rollout.Phase;
import dev.windlass.operator.rollout.Progress;
import dev.windlass.operator.rollout.Retreat;
import dev.windlass.operator.rollout.Revision;
import dev.windlass.operator.rollout.Role;
import dev.windlass.operator.rollout.RolloutPlan;
import dev.windlass.operator.rollout.RolloutPlan.PlannedRevision;
import dev.windlass.operator.rollout.RolloutState;
import dev.windlass.operator.rollout.Trouble;
import dev.windlass.operator.scaling.ScalingState;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Situations that have a name. The stable revision is 70b, the other one 81a. */
final class Cases {
    static final Instant NOW = Instant.parse("2026-11-24T08:01:00Z");
    static final Failure FAILURE = new Failure("81a", "TtftP95", "0.4 s -> 0.9 s (limit 20 %)", NOW);
    private static final Progress PROGRESS = new Progress(NOW, 0);
    private static final Phase SETTLED = new Phase.Settled();
    private static final PlannedRevision WANTED = stable(1, 0);

    enum Case {
        New,
        Starting,
        Downloading,
        Converting,
        Preparing,
        Unprepared,
        CanaryIsPrepared,
        Loading,
        Unrouted,
        Serving,
        Crashing,
        Unloadable,
        WithoutNode,
        HalfCrashing,
        CanaryLoads,
        Analysing,
        Returning,
        Held,
        Paused,
        RolledBack,
        Asleep,
        Suspended,
        Variants
    }

    private Cases() {}

    static Situation of(Case name, Instant now) {
        return switch (name) {
            case New -> situation(now, SETTLED, List.of(WANTED), List.of(), Map.of());
            case Starting -> starting(now, null, Map.of());
            case Downloading ->
                starting(now, null, Map.of("70b", loading(dev.windlass.operator.observe.Loading.Phase.Downloading)));
            case Converting ->
                starting(now, null, Map.of("70b", loading(dev.windlass.operator.observe.Loading.Phase.Converting)));
            case Preparing ->
                prepared(situation(
                        now,
                        SETTLED,
                        List.of(WANTED),
                        List.of(pods("70b", 0, 0, null)),
                        Map.of(
                                "70b",
                                new Loading(
                                        dev.windlass.operator.observe.Loading.Phase.Converting, "", 0, 0, 0, null))));
            case Unprepared ->
                prepared(situation(
                        now,
                        SETTLED,
                        List.of(WANTED),
                        List.of(pods("70b", 0, 0, Trouble.Kind.ConvertFailed)),
                        Map.of()));
            case CanaryIsPrepared ->
                situation(
                        now,
                        new Phase.Preparing("81a", false, NOW),
                        List.of(stable(3, 100), canary(0, 0)),
                        List.of(pods("70b", 3, 3, null), pods("81a", 0, 0, null)),
                        Map.of("81a", loading(dev.windlass.operator.observe.Loading.Phase.Converting)));
            case Loading ->
                starting(now, null, Map.of("70b", loading(dev.windlass.operator.observe.Loading.Phase.Loading)));
            case Unrouted -> situation(now, SETTLED, List.of(WANTED), List.of(pods("70b", 1, 1, null)), Map.of());
            case Serving ->
                situation(now, SETTLED, List.of(stable(1, 100)), List.of(pods("70b", 1, 1, null)), Map.of());
            case Crashing -> starting(now, Trouble.Kind.CrashLooping, Map.of());
            case Unloadable -> starting(now, Trouble.Kind.LoadFailed, Map.of());
            case WithoutNode -> starting(now, Trouble.Kind.InsufficientGpu, Map.of());
            case HalfCrashing ->
                situation(
                        now,
                        SETTLED,
                        List.of(stable(2, 100)),
                        List.of(pods("70b", 2, 1, Trouble.Kind.CrashLooping)),
                        Map.of());
            case CanaryLoads ->
                situation(
                        now,
                        new Phase.Stepping("81a", 0, PROGRESS),
                        List.of(stable(3, 100), canary(1, 0)),
                        List.of(pods("70b", 3, 3, null), pods("81a", 1, 0, null)),
                        Map.of("81a", loading(dev.windlass.operator.observe.Loading.Phase.Downloading)));
            case Analysing -> rollout(now, new Phase.Analyzing("81a", 0, NOW, new Phase.Checks(NOW, 0)));
            case Returning -> rollout(now, new Phase.Returning("81a", Retreat.Gradual, NOW));
            case Held -> rollout(now, new Phase.Held(new Phase.Stepping("81a", 0, PROGRESS), FAILURE));
            case Paused -> with(rollout(now, new Phase.Rolling("81a", 0, PROGRESS)), NOW, null, null);
            case RolledBack -> with(of(Case.Serving, now), null, "81a", FAILURE);
            case Asleep -> situation(now, SETTLED, List.of(stable(0, 0)), List.of(pods("70b", 0, 0, null)), Map.of());
            case Suspended -> {
                Situation asleep = of(Case.Asleep, now);
                yield with(asleep, Resources.with("model: {uri: 'hf://a/b'}, suspend: true"), asleep.plan());
            }
            case Variants ->
                situation(
                        now,
                        SETTLED,
                        List.of(stable(1, 60), new PlannedRevision("81a", new Role.Variant("german"), 1, 40)),
                        List.of(pods("70b", 1, 1, null), pods("81a", 1, 1, null)),
                        Map.of());
        };
    }

    private static Situation starting(Instant now, Trouble.@Nullable Kind trouble, Map<String, Loading> loading) {
        return situation(now, SETTLED, List.of(WANTED), List.of(pods("70b", 1, 0, trouble)), loading);
    }

    static Situation rollout(Instant now, Phase phase) {
        return situation(
                now,
                phase,
                List.of(stable(3, 75), canary(1, 25)),
                List.of(pods("70b", 3, 3, null), pods("81a", 1, 1, null)),
                Map.of());
    }

    private static PlannedRevision stable(int replicas, int weight) {
        return new PlannedRevision("70b", new Role.Stable(), replicas, weight);
    }

    private static PlannedRevision canary(int replicas, int weight) {
        return new PlannedRevision("81a", new Role.Candidate(), replicas, weight);
    }

    private static Revision pods(String hash, int pods, int ready, Trouble.@Nullable Kind trouble) {
        return new Revision(
                hash,
                1,
                new Role.Stable(),
                pods,
                pods,
                ready,
                ready,
                true,
                trouble == null ? null : new Trouble(trouble, NOW, "its own words"));
    }

    private static Loading loading(Loading.Phase phase) {
        return new Loading(phase, "m", 8_946_000_000L, 14_200_000_000L, 412_000_000, 41L);
    }

    private static Situation situation(
            Instant now,
            Phase phase,
            List<PlannedRevision> planned,
            List<Revision> revisions,
            Map<String, Loading> loading) {
        var state = new RolloutState("70b", phase, null, Map.of(), Map.of(), null, null, List.of(), Instructions.NONE);
        Pod ready = Resources.read("""
                metadata: {name: p, labels: {windlass.dev/revision: 70b}}
                status:
                  conditions: [{type: Ready, status: 'True', lastTransitionTime: '2026-11-24T08:00:41Z'}]
                  containerStatuses: [{name: runtime, state: {running: {startedAt: '2026-11-24T08:00:00Z'}}}]
                """, Pod.class);
        return new Situation(
                Resources.with("model: {uri: 'hf://a/b'}"),
                Installation.STANDARD,
                new Seen(List.of(), List.of(ready), List.of(), List.of(), List.of(), null),
                new Observation(revisions, Map.of()),
                new RolloutPlan(planned, state, Set.of(), Set.of(), List.of(), null),
                null,
                new Memory(
                        state,
                        ScalingState.initial(),
                        planned.stream().mapToInt(PlannedRevision::replicas).sum(),
                        Map.of(),
                        new TreeSet<>()),
                loading,
                List.of(),
                false,
                null,
                new Tls(new CertificateWord.NotWanted(), null),
                now);
    }

    /** One that serves, by one pod. @param isSpoken whether that pod speaks TLS */
    static Situation tls(boolean isSpoken, Tls tls) {
        Situation serving = of(Case.Serving, NOW);
        Pod pod = Resources.read("""
                metadata: {name: p, labels: {windlass.dev/revision: 70b}}
                spec: {containers: [{name: runtime, ports: [{name: %s, containerPort: 8080}]}]}
                status: {conditions: [{type: Ready, status: 'True'}]}
                """.formatted(isSpoken ? "https" : "http"), Pod.class);
        Seen seen = serving.seen();
        return new Situation(
                serving.resource(),
                serving.installation(),
                new Seen(
                        seen.deployments(),
                        List.of(pod),
                        seen.jobs(),
                        seen.kept(),
                        seen.scaledObjects(),
                        seen.filterPolicy()),
                serving.observed(),
                serving.plan(),
                serving.scaling(),
                serving.memory(),
                serving.loading(),
                serving.lacking(),
                serving.lacksKeys(),
                serving.stable(),
                tls,
                serving.now());
    }

    /** One that serves and wants its texts filtered, by the policy {@code house}. @param policy null where there is none */
    static Situation filtered(@Nullable LlmFilterPolicy policy) {
        Situation serving = of(Case.Serving, NOW);
        Seen seen = serving.seen();
        return new Situation(
                Resources.with("model: {uri: 'hf://a/b'}, contentFilter: {policyRef: {name: house}}"),
                serving.installation(),
                new Seen(seen.deployments(), seen.pods(), seen.jobs(), seen.kept(), seen.scaledObjects(), policy),
                serving.observed(),
                serving.plan(),
                serving.scaling(),
                serving.memory(),
                serving.loading(),
                serving.lacking(),
                serving.lacksKeys(),
                serving.stable(),
                serving.tls(),
                serving.now());
    }

    /** The same, with a stable revision whose model is to be made ready first. */
    private static Situation prepared(Situation situation) {
        RolloutPlan plan = situation.plan();
        return with(
                situation,
                situation.resource(),
                new RolloutPlan(plan.revisions(), plan.state(), Set.of("70b"), Set.of(), List.of(), null));
    }

    private static Situation with(
            Situation situation, @Nullable Instant frozen, @Nullable String rejected, @Nullable Failure failure) {
        RolloutState old = situation.plan().state();
        var state = new RolloutState(
                old.stable(),
                old.phase(),
                frozen,
                old.variants(),
                old.weights(),
                rejected,
                failure,
                old.verdicts(),
                old.handled());
        return with(
                situation,
                situation.resource(),
                new RolloutPlan(situation.plan().revisions(), state, Set.of(), Set.of(), List.of(), null));
    }

    private static Situation with(Situation situation, LlmDeployment resource, RolloutPlan plan) {
        return new Situation(
                resource,
                situation.installation(),
                situation.seen(),
                situation.observed(),
                plan,
                situation.scaling(),
                situation.memory(),
                situation.loading(),
                situation.lacking(),
                situation.lacksKeys(),
                situation.stable(),
                situation.tls(),
                situation.now());
    }
}
