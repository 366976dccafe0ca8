package dev.windlass.operator.control;

import dev.windlass.api.InvalidResourceException;
import dev.windlass.api.LlmDeployment;
import dev.windlass.api.Problem;
import dev.windlass.api.SpecCheck;
import dev.windlass.operator.apply.Applier;
import dev.windlass.operator.apply.ForeignObjectException;
import dev.windlass.operator.certificates.CertificateWord;
import dev.windlass.operator.certificates.MutualTls;
import dev.windlass.operator.control.Scaling.Total;
import dev.windlass.operator.desired.DesiredObjects;
import dev.windlass.operator.desired.DesiredRevision;
import dev.windlass.operator.desired.ScaledObject;
import dev.windlass.operator.memory.Memory;
import dev.windlass.operator.observe.Observation;
import dev.windlass.operator.observe.Seen;
import dev.windlass.operator.rollout.Observed;
import dev.windlass.operator.rollout.RolloutPlan;
import dev.windlass.operator.rollout.RolloutPlan.PlannedRevision;
import dev.windlass.operator.rollout.RolloutPlanner;
import dev.windlass.operator.rollout.RolloutSettings;
import dev.windlass.operator.runtime.Loadings;
import dev.windlass.operator.settings.Rollouts;
import dev.windlass.operator.status.Situation;
import dev.windlass.operator.status.StatusCalculator;
import dev.windlass.operator.status.Tls;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One look at one resource. What was decided is stored before it is done: an operator that dies in between does the same
 * again.
 */
final class Reconciliation {
    private static final Duration SOONEST = Duration.ofMillis(50);
    /** How often it is tried again to write a Secret that somebody forbids. */
    private static final Duration UNTIL_CERTIFIED = Duration.ofMinutes(1);

    private static final String SPEC = "SpecValid";
    /** How often a definition is looked for that is not there; nobody tells when it comes. */
    private static final Duration UNTIL_DEFINED = Duration.ofSeconds(30);

    private final Surroundings around;
    private final LlmDeployment resource;
    private final Applier applier;
    private final Seen seen;
    private final Set<Class<? extends HasMetadata>> kinds;
    private final List<String> lacking;
    private final StatusWriter status;
    private final Instant now;

    /** @param kinds what this cluster has the definitions of */
    Reconciliation(
            Surroundings around,
            LlmDeployment resource,
            Applier applier,
            Seen seen,
            Set<Class<? extends HasMetadata>> kinds,
            StatusWriter status) {
        this.around = around;
        this.resource = resource;
        this.applier = applier;
        this.seen = seen;
        this.kinds = kinds;
        this.lacking = Kinds.lacking(resource, kinds);
        this.status = status;
        this.now = around.clock().instant();
    }

    /** @return how long until the next look, where something will change by itself */
    Optional<Duration> run() {
        List<Problem> problems = SpecCheck.problems(resource);
        if (!problems.isEmpty()) {
            status.refuse(
                    SPEC, "Invalid", problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
            return Optional.empty();
        }
        CertificateWord certificate = around.tls().certificate(resource);
        if (certificate instanceof CertificateWord.Missing(String reason, String message)) {
            // Pods that wait for a Secret would take the place of some that serve.
            status.refuse("TlsReady", reason, message);
            return Optional.of(UNTIL_CERTIFIED);
        }
        try {
            return carryOut(certificate);
        } catch (InvalidResourceException impossible) {
            status.refuse(SPEC, "CannotBeCarriedOut", String.valueOf(impossible.getMessage()));
        } catch (ForeignObjectException taken) {
            status.refuse(SPEC, "NameTaken", String.valueOf(taken.getMessage()));
        }
        return Optional.of(Duration.ofMinutes(1));
    }

    private Optional<Duration> carryOut(CertificateWord certificate) {
        Memory before = around.remembered().memory(resource).orElseGet(this::beginning);
        Wanted wanted = Wanted.of(resource, seen);
        Seen kept = keep(wanted);
        var preparations = Preparations.of(wanted.revisions(), kept, before.prepared());
        Observation observed = Observation.of(
                kept,
                hash -> around.gateways().routable(Trial.key(resource, hash)),
                preparations.missing(),
                before.troubles(),
                now);

        var scaling = new Scaling(around, resource, kept, before, kinds.contains(ScaledObject.class), now);
        Total total = scaling.total();
        RolloutSettings settings = Rollouts.of(resource.spec());
        var trial = new Trial(around, resource, kept, before.rollout());
        RolloutPlan plan = RolloutPlanner.plan(
                new Observed(
                        wanted.base(),
                        wanted.variants(),
                        total.replicas(),
                        observed.revisions(),
                        before.rollout(),
                        Annotations.instructions(resource),
                        trial.measurements(settings, total.replicas(), now),
                        trial.smoke()),
                settings,
                now);

        var starting = Starting.of(around, resource, kept, plan.prepare(), preparations.missing());
        var memory = new Memory(
                plan.state(),
                total.decision() == null ? before.scaling() : total.decision().state(),
                total.replicas(),
                observed.troubles(),
                preparations.done(),
                starting.told(plan, before.models()));
        var tls = new Tls(certificate, around.tls().gatewayObstacle().orElse(null));
        var objects = new RevisionObjects(
                resource, around.desired(), kept, plan, scaling.isByAutoscaler(), tls.gatewayObstacle() != null, now);
        List<HasMetadata> wantedObjects = wanted(wanted, plan, objects);
        applier.requireFree(wantedObjects);

        var situation = new Situation(
                resource,
                around.desired().installation(),
                kept,
                observed,
                plan,
                total.decision(),
                memory,
                starting.loading(),
                lacking,
                around.gateways().lacksKeys(resource.namespace(), resource.name()),
                deployment(wantedObjects, plan.state().stable()),
                tls,
                now);
        status.store(memory, StatusCalculator.calculate(situation, status.before()));
        around.happenings().decided(resource, before, memory, plan, kept, now);
        removeScalers(wanted, plan, scaling.isByAutoscaler());
        wantedObjects.forEach(applier::apply);
        removeIdle(wanted, plan, objects);
        removeUnexposed();
        status.tell(plan.notices());
        return nextLook(plan, total, scaling, starting, tls);
    }

    /** A model that may sleep starts awake, so that whoever applied it sees it work. */
    private Memory beginning() {
        var scaling = resource.spec().autoscaling();
        Memory initial = Memory.initial();
        return scaling == null
                ? initial
                : new Memory(
                        initial.rollout(),
                        initial.scaling(),
                        Math.max(1, scaling.minReplicas()),
                        initial.troubles(),
                        initial.prepared(),
                        initial.models());
    }

    /** Keeps revisions that are new before anything else is done with them. */
    private Seen keep(Wanted wanted) {
        if (wanted.isNew().isEmpty()) {
            return seen;
        }
        List<ControllerRevision> kept = new ArrayList<>(seen.kept());
        long number = Wanted.nextNumber(seen);
        for (String hash : wanted.isNew()) {
            ControllerRevision record = around.desired().record(revision(wanted, hash), number++);
            applier.apply(record);
            kept.add(record);
        }
        return seen.withKept(kept);
    }

    private List<HasMetadata> wanted(Wanted wanted, RolloutPlan plan, RevisionObjects objects) {
        Stream<HasMetadata> ofRevisions = plan.revisions().stream()
                .filter(objects::isThere)
                .filter(planned -> wanted.revisions().containsKey(planned.hash()))
                .flatMap(planned -> objects.of(planned, revision(wanted, planned.hash())).stream());
        Stream<HasMetadata> once = around.desired().ofDeployment(resource).stream()
                .filter(object -> kinds.contains(HTTPRoute.class) || !(object instanceof HTTPRoute));
        return Stream.concat(once, ofRevisions).toList();
    }

    private static DesiredRevision revision(Wanted wanted, String hash) {
        return Objects.requireNonNull(wanted.revisions().get(hash), hash);
    }

    private static @Nullable Deployment deployment(List<HasMetadata> objects, @Nullable String hash) {
        return objects.stream()
                .filter(object ->
                        object instanceof Deployment && Seen.hash(object).equals(hash))
                .map(Deployment.class::cast)
                .findFirst()
                .orElse(null);
    }

    /**
     * Before anything is applied: KEDA would give a revision back the replicas that are taken from it, and does not take one
     * that another autoscaler has.
     */
    private void removeScalers(Wanted wanted, RolloutPlan plan, boolean byAutoscaler) {
        for (PlannedRevision planned : plan.revisions()) {
            DesiredRevision revision = wanted.revisions().get(planned.hash());
            if (revision == null) {
                continue;
            }
            boolean isScaled = byAutoscaler && planned.replicas() > 0;
            boolean isByKeda = Kinds.isByKeda(resource);
            if (!isScaled || isByKeda) {
                applier.deleteOwn(HorizontalPodAutoscaler.class, revision.name());
            }
            if (!isScaled || !isByKeda) {
                applier.deleteOwn(ScaledObject.class, revision.name());
            }
        }
    }

    private void removeIdle(Wanted wanted, RolloutPlan plan, RevisionObjects objects) {
        for (PlannedRevision planned : plan.revisions()) {
            DesiredRevision revision = wanted.revisions().get(planned.hash());
            if (revision == null) {
                continue;
            }
            if (!objects.isThere(planned) && seen.deployment(planned.hash()).isPresent()) {
                applier.delete(around.desired().deployment(revision, StatusCalculator.role(planned.role()), 0));
                around.desired().ofRevision(revision).forEach(applier::delete);
            }
            if (!objects.isThere(planned) || !DesiredObjects.isPrepared(revision)) {
                seen.job(planned.hash()).ifPresent(applier::delete);
            }
            if (plan.delete().contains(planned.hash())) {
                seen.kept(planned.hash()).ifPresent(applier::delete);
            }
        }
    }

    /** An Ingress or an HTTPRoute of that name that somebody else made is not known here by label, or not owned, and stays. */
    private void removeUnexposed() {
        if (resource.spec().expose().ingress() == null) {
            applier.deleteOwn(Ingress.class, resource.name());
        }
        if (resource.spec().expose().gateway() == null) {
            applier.deleteOwn(HTTPRoute.class, resource.name());
        }
    }

    /** What comes first: what the plan waits for, what the autoscaler waits for, or new readings. */
    private Optional<Duration> nextLook(RolloutPlan plan, Total total, Scaling scaling, Starting starting, Tls tls) {
        @Nullable
        Instant decided = total.decision() == null ? null : total.decision().lookAgain();
        Stream<Duration> instants = Stream.of(Optional.ofNullable(plan.lookAgain()), Optional.ofNullable(decided))
                .flatMap(Optional::stream)
                .map(at -> Duration.between(now, at));
        Stream<Duration> pauses = Stream.of(
                        !lacking.isEmpty() ? Optional.of(UNTIL_DEFINED) : Optional.<Duration>empty(),
                        Optional.ofNullable(scaling.pause()),
                        pause(tls.certificate()),
                        starting.pods().isEmpty() ? Optional.<Duration>empty() : Optional.of(Loadings.PAUSE))
                .flatMap(Optional::stream);
        return Stream.concat(instants, pauses)
                .min(Duration::compareTo)
                .map(pause -> pause.compareTo(SOONEST) < 0 ? SOONEST : pause);
    }

    /** Secrets are not watched. */
    private static Optional<Duration> pause(CertificateWord certificate) {
        return switch (certificate) {
            case CertificateWord.NotWanted() -> Optional.empty();
            case CertificateWord.Missing _, CertificateWord.Failing _ -> Optional.of(UNTIL_CERTIFIED);
            case CertificateWord.Issued _ -> Optional.of(MutualTls.BETWEEN_LOOKS);
        };
    }
}
