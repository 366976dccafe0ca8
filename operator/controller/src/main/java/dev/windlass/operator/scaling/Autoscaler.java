package dev.windlass.operator.scaling;

import dev.windlass.operator.scaling.Load.Gateway;
import dev.windlass.operator.scaling.Replica.State;
import dev.windlass.operator.scaling.ScalingDecision.Status;
import dev.windlass.operator.scaling.ScalingState.Change;
import dev.windlass.operator.scaling.ScalingState.Recommendation;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides the number of replicas: what the metrics ask for, kept for the scale-down delay, within the bounds of spec and
 * schedule, down to none when nobody asks and up from none when somebody does.
 */
public final class Autoscaler {
    private final ScalingSettings settings;
    private final ScalingState state;
    private final Load load;
    private final int current;
    private final Instant now;

    private Autoscaler(ScalingSettings settings, ScalingState state, Load load, int current, Instant now) {
        this.settings = settings;
        this.state = state;
        this.load = load;
        this.current = current;
        this.now = now;
    }

    /**
     * Decides.
     *
     * @param current the total decided last; 0 when asleep
     */
    public static ScalingDecision decide(
            ScalingSettings settings, ScalingState state, Load load, int current, Instant now) {
        var autoscaler = new Autoscaler(settings, state, load, current, now);
        return autoscaler.withIdleTime().decide();
    }

    /** The fewest replicas now: the spec's or, while a schedule holds, that one's if it is higher. */
    public static int minimum(ScalingSettings settings, Instant now) {
        return new Autoscaler(settings, ScalingState.initial(), new Load(List.of(), null), 0, now).minimum();
    }

    /** Unless a gateway says that nothing is asked, the time without requests is not known to go on. */
    private Autoscaler withIdleTime() {
        Gateway gateway = load.gateway();
        boolean isIdle = gateway != null && isFresh(gateway.at()) && gateway.isIdle();
        Instant since = !isIdle ? null : state.idleSince() == null ? now : state.idleSince();
        return new Autoscaler(settings, state.idleSince(since), load, current, now);
    }

    private ScalingDecision decide() {
        int minimum = minimum();
        if (current == 0) {
            return asleep(minimum);
        }
        Instant idleSince = state.idleSince();
        if (minimum == 0 && idleSince != null && !now.isBefore(idleSince.plus(settings.idleAfter()))) {
            String reason = "no request for " + spoken(settings.idleAfter());
            return decided(0, Status.Asleep, reason, null, state.forgettingRecommendations());
        }
        return awake(Math.max(1, minimum));
    }

    private ScalingDecision asleep(int minimum) {
        Gateway gateway = load.gateway();
        long queued = gateway == null ? 0 : gateway.queued();
        if (minimum == 0 && queued == 0) {
            return decided(0, Status.Asleep, "asleep, nobody asks", null, state);
        }
        String reason = queued > 0 ? "woken by %d waiting requests".formatted(queued) : scheduled(minimum);
        int asked = demands(1).mapToInt(Demand::replicas).max().orElse(1);
        int woken = Math.clamp(asked, Math.max(1, minimum), settings.maxReplicas());
        return decided(woken, Status.Active, reason, null, state.recommending(woken, now, forgotten()));
    }

    private ScalingDecision awake(int minimum) {
        List<Demand> demands = demands(current).toList();
        Optional<Demand> highest = demands.stream().max(Comparator.comparingInt(Demand::replicas));
        if (highest.isEmpty()) {
            int kept = Math.clamp(current, minimum, settings.maxReplicas());
            String why = kept == current
                    ? "no fresh readings, nothing is changed"
                    : kept < current ? atMaximum() : scheduled(minimum);
            return decided(kept, Status.MetricsUnavailable, why, null, state.recommending(kept, now, forgotten()));
        }
        boolean isWhole =
                demands.size() == settings.targets().size() && demands.stream().allMatch(Demand::isWhole);
        return follow(highest.get(), isWhole, minimum);
    }

    private ScalingDecision follow(Demand demand, boolean isWhole, int minimum) {
        int asked = demand.replicas();
        if (!isWhole && asked < current) {
            asked = current;
        }
        boolean hasNoRoom = load.replicas().stream().anyMatch(replica -> replica.state() == State.Unschedulable);
        if (hasNoRoom && asked > current) {
            asked = current;
        }
        ScalingState remembered = remembering().recommending(asked, now, forgotten());
        int highest = remembered.recommended().stream()
                .mapToInt(Recommendation::replicas)
                .max()
                .orElse(asked);
        int stable = asked >= current ? asked : Math.min(current, highest);
        int bounded = Math.clamp(stable, minimum, settings.maxReplicas());
        Status status =
                !isWhole ? Status.MetricsUnavailable : asked > settings.maxReplicas() ? Status.AtMax : Status.Active;
        return decided(bounded, status, why(demand, bounded, stable, hasNoRoom, minimum), demand, remembered);
    }

    /** Where nothing is remembered, as after an upgrade, the present count counts as wanted until now. */
    private ScalingState remembering() {
        return state.recommended().isEmpty() ? state.recommending(current, now, forgotten()) : state;
    }

    private String why(Demand demand, int bounded, int stable, boolean hasNoRoom, int minimum) {
        if (bounded != stable) {
            return (bounded < stable ? atMaximum() : scheduled(minimum)) + "; " + demand.inWords();
        }
        if (hasNoRoom && demand.replicas() > stable) {
            return "a replica has no node yet, no more are asked for; " + demand.inWords();
        }
        if (demand.replicas() < stable) {
            return "kept for the scale-down delay; " + demand.inWords();
        }
        return demand.inWords();
    }

    private String atMaximum() {
        return "at the maximum of " + settings.maxReplicas();
    }

    private String scheduled(int minimum) {
        return active().filter(schedule -> minimum > settings.minReplicas() && schedule.minReplicas() >= minimum)
                .findFirst()
                .map(schedule -> "schedule %s asks for %d".formatted(schedule.name(), minimum))
                .orElse("at the minimum of " + minimum);
    }

    private Stream<Demand> demands(int count) {
        return settings.targets().entrySet().stream()
                .flatMap(target -> Demand.of(target.getKey(), target.getValue(), load, count, settings, now).stream());
    }

    /** The spec's minimum or, while a schedule holds, that one's if it is higher; never above the maximum. */
    private int minimum() {
        int scheduled = active().mapToInt(Schedule::minReplicas).max().orElse(0);
        return Math.min(settings.maxReplicas(), Math.max(settings.minReplicas(), scheduled));
    }

    private Stream<Schedule> active() {
        return settings.schedules().stream().filter(schedule -> schedule.isActive(now));
    }

    private boolean isFresh(Instant at) {
        return !at.isBefore(now.minus(settings.staleAfter()));
    }

    private Instant forgotten() {
        return now.minus(settings.scaleDownDelay());
    }

    private ScalingDecision decided(
            int replicas, Status status, String reason, @Nullable Demand demand, ScalingState next) {
        ScalingState stored = replicas == current ? next : next.changed(new Change(now, current, replicas, reason));
        return new ScalingDecision(
                replicas,
                status,
                reason,
                demand == null ? null : demand.metric(),
                demand == null ? null : demand.perReplica(),
                stored,
                lookAgain(replicas, stored));
    }

    private @Nullable Instant lookAgain(int replicas, ScalingState stored) {
        Stream<Instant> schedules = settings.schedules().stream().map(schedule -> schedule.nextChange(now));
        Stream<Instant> delays = stored.recommended().stream()
                .limit(replicas == 0 ? 0 : 1)
                .map(first -> first.at().plus(settings.scaleDownDelay()))
                .filter(now::isBefore);
        Stream<Instant> idle = Stream.ofNullable(stored.idleSince())
                .map(since -> since.plus(settings.idleAfter()))
                .filter(now::isBefore);
        return Stream.of(schedules, delays, idle)
                .flatMap(instants -> instants)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    private static String spoken(Duration duration) {
        return duration.toSeconds() % 60 == 0 ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
    }
}
