package dev.windlass.operator.status;

import dev.windlass.api.LlmDeploymentStatus;
import dev.windlass.operator.desired.Omissions;
import dev.windlass.operator.desired.PreparationJob;
import dev.windlass.operator.observe.Loading;
import dev.windlass.operator.observe.Pods;
import dev.windlass.operator.rollout.Failure;
import dev.windlass.operator.rollout.Phase;
import dev.windlass.operator.rollout.RolloutPlan.PlannedRevision;
import dev.windlass.operator.rollout.Trouble;
import dev.windlass.operator.scaling.ScalingDecision;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The conditions: each says one thing, and Ready repeats the first that keeps users from being served. */
final class ConditionWords {
    private static final String TLS = "TlsReady";

    private final Situation situation;
    private final LlmDeploymentStatus before;
    private final Conditions conditions;

    private ConditionWords(Situation situation, LlmDeploymentStatus before) {
        this.situation = situation;
        this.before = before;
        this.conditions = new Conditions(
                before.conditions(), situation.resource().getMetadata().getGeneration(), situation.now());
    }

    static List<Condition> of(Situation situation, LlmDeploymentStatus before) {
        return new ConditionWords(situation, before).all();
    }

    private List<Condition> all() {
        specValid();
        modelReady();
        Condition runtime = runtimeReady();
        Condition traffic = trafficReady();
        Condition ready = ready(runtime, traffic);
        scalingActive();
        policyReady();
        tlsReady();
        progressing();
        degraded();
        // People read the first line.
        List<Condition> rest = conditions.list().stream()
                .filter(condition -> !condition.equals(ready))
                .toList();
        return Stream.concat(Stream.of(ready), rest.stream()).toList();
    }

    private void specValid() {
        var omitted = new ArrayList<>(Omissions.of(situation.resource(), situation.installation()));
        omitted.addAll(situation.lacking());
        if (omitted.isEmpty()) {
            conditions.set("SpecValid", true, "Valid", "the spec can be carried out");
        } else {
            conditions.set("SpecValid", true, "PartlyCarriedOut", String.join("; ", omitted));
        }
    }

    private void modelReady() {
        var served = situation.served();
        var loading = situation.foremost();
        var trouble = situation.trouble().filter(found -> found.kind().isOfModel());
        if (served.isPresent()) {
            conditions.set("ModelReady", true, "Loaded", loaded(served.orElseThrow()));
        } else if (trouble.isPresent()) {
            Trouble found = trouble.orElseThrow();
            conditions.set("ModelReady", false, found.kind().reason(), found.message());
        } else if (loading.isPresent()) {
            Loading found = loading.orElseThrow();
            conditions.set("ModelReady", false, LoadingWords.reason(found), LoadingWords.message(found) + byWhom());
        } else {
            boolean exist = situation.serving().stream().anyMatch(planned -> situation.pods(planned) > 0);
            conditions.set("ModelReady", false, "Waiting", exist ? "no pod has said what it does" : "there is no pod");
        }
    }

    /** Where people find what a Job says. */
    private String byWhom() {
        return situation.serving().stream()
                .map(PlannedRevision::hash)
                .filter(situation.plan().prepare()::contains)
                .findFirst()
                .map(hash -> ", by Job " + PreparationJob.name(name(hash)))
                .orElse("");
    }

    /** How long it took is told once: later a pod may only have been unready for a moment. */
    private String loaded(PlannedRevision served) {
        String name = name(served.hash());
        Optional<Condition> earlier = before.condition("ModelReady");
        String said = earlier.filter(one -> "True".equals(one.getStatus()))
                .map(Condition::getMessage)
                .orElse("");
        if (said.startsWith(name + " ")) {
            return said;
        }
        Instant since = earlier.filter(one -> "False".equals(one.getStatus()))
                .map(one -> Instant.parse(one.getLastTransitionTime()))
                .orElse(Instant.EPOCH);
        return situation.seen().pods(served.hash()).stream()
                .flatMap(pod -> Pods.startup(pod, since).stream())
                .min(Duration::compareTo)
                .map(took -> "%s loaded in %d s".formatted(name, took.toSeconds()))
                .orElse(name + " is loaded");
    }

    private Condition runtimeReady() {
        int wanted =
                situation.serving().stream().mapToInt(PlannedRevision::replicas).sum();
        int ready = situation.serving().stream()
                .mapToInt(planned -> Math.min(planned.replicas(), situation.ready(planned)))
                .sum();
        var trouble = situation.trouble();
        if (trouble.isPresent()) {
            Trouble found = trouble.orElseThrow();
            return conditions.set("RuntimeReady", false, found.kind().reason(), found.message());
        }
        if (wanted == 0) {
            return conditions.set(
                    "RuntimeReady", false, situation.isSuspended() ? "Suspended" : "Asleep", "no pods are wanted");
        }
        if (ready >= wanted) {
            return conditions.set("RuntimeReady", true, "Ready", "%d of %d pods are ready".formatted(ready, wanted));
        }
        boolean exist = situation.serving().stream().anyMatch(planned -> situation.pods(planned) > 0);
        var loading = situation.foremost();
        if (loading.isPresent()) {
            Loading found = loading.orElseThrow();
            return conditions.set(
                    "RuntimeReady",
                    false,
                    LoadingWords.reason(found),
                    "%d of %d pods are ready; %s: %s"
                            .formatted(
                                    ready,
                                    wanted,
                                    LoadingWords.reason(found).toLowerCase(Locale.ROOT),
                                    LoadingWords.message(found)));
        }
        return exist
                ? conditions.set("RuntimeReady", false, "Loading", "%d of %d pods are ready".formatted(ready, wanted))
                : conditions.set("RuntimeReady", false, "Scheduling", "the pods are being created");
    }

    private Condition trafficReady() {
        if (situation.isServed()) {
            return conditions.set("TrafficReady", true, "Routable", "the gateway can reach pods that serve");
        }
        boolean hasReady = situation.serving().stream().anyMatch(planned -> situation.ready(planned) > 0);
        return hasReady
                ? conditions.set(
                        "TrafficReady", false, "NotRoutable", "pods are ready, and the gateway cannot reach them yet")
                : conditions.set("TrafficReady", false, "NoReadyPods", "no pod is ready");
    }

    private Condition ready(Condition runtime, Condition traffic) {
        if (situation.isSuspended()) {
            return conditions.set("Ready", false, "Suspended", "spec.suspend is true");
        }
        if (situation.isAsleep()) {
            return conditions.set("Ready", true, "Asleep", "a request wakes it, and waits for it");
        }
        boolean breaks = situation
                .trouble()
                .filter(trouble -> !trouble.kind().isWantOfRoom())
                .isPresent();
        // A pod that breaks may be the first of all; one without a node hurts nobody who is served already.
        if (situation.isServed() && !breaks) {
            return conditions.set("Ready", true, "Serving", Objects.toString(runtime.getMessage(), ""));
        }
        Condition cause = "False".equals(runtime.getStatus()) ? runtime : traffic;
        return conditions.set(
                "Ready",
                false,
                Objects.toString(cause.getReason(), "Unknown"),
                Objects.toString(cause.getMessage(), ""));
    }

    private void scalingActive() {
        ScalingDecision scaling = situation.scaling();
        if (scaling != null) {
            boolean active = switch (scaling.status()) {
                case Active, AtMax -> true;
                case Asleep, MetricsUnavailable -> false;
            };
            conditions.set("ScalingActive", active, scaling.status().name(), scaling.reason());
        }
    }

    private void policyReady() {
        var word = PolicyWord.of(
                situation.resource(),
                situation.installation().callers(),
                situation.lacksKeys(),
                situation.seen().filterPolicy());
        if (word != null) {
            conditions.set("PolicyReady", word.isEnforced(), word.reason(), word.message());
        }
    }

    private void tlsReady() {
        var word = TlsWord.of(situation);
        if (word != null) {
            conditions.set(TLS, word.isReady(), word.reason(), word.message());
        }
    }

    private void progressing() {
        String what = switch (situation.phase()) {
            case Phase.Settled settled -> "";
            case Phase.Forward forward -> "on the way to " + name(forward.candidate());
            case Phase.Returning returning -> "back from " + name(returning.candidate());
            case Phase.Held held ->
                "held at " + name(held.at().candidate()) + ": " + held.failure().message();
        };
        boolean moves = !what.isEmpty()
                && !(situation.phase() instanceof Phase.Held)
                && situation.plan().state().frozenSince() == null;
        if (what.isEmpty()) {
            conditions.set("Progressing", false, "Settled", "no rollout is under way");
        } else if (situation.plan().state().frozenSince() != null) {
            conditions.set("Progressing", false, "Paused", what);
        } else {
            conditions.set("Progressing", moves, situation.phase().getClass().getSimpleName(), what);
        }
    }

    private void degraded() {
        Failure failure = situation.plan().state().lastFailure();
        String rejected = situation.plan().state().rejected();
        if (rejected != null && failure != null) {
            conditions.set(
                    "Degraded",
                    true,
                    failure.reason(),
                    name(failure.revision()) + " was given up: " + failure.message());
            return;
        }
        var trouble = situation.trouble();
        if (trouble.isPresent()) {
            conditions.set(
                    "Degraded",
                    true,
                    trouble.orElseThrow().kind().reason(),
                    trouble.orElseThrow().message());
        } else {
            conditions.set("Degraded", false, "AsExpected", "nothing is known to be wrong");
        }
    }

    private String name(String hash) {
        return situation.resource().name() + "-" + hash;
    }
}
