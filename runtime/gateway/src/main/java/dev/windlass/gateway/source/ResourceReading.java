package dev.windlass.gateway.source;

import dev.windlass.api.AutoscalingSpec;
import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmDeploymentStatus;
import dev.windlass.api.LlmDeploymentStatus.Role;
import dev.windlass.api.TrafficSpec;
import dev.windlass.api.traffic.HeaderRule;
import dev.windlass.api.traffic.Mirror;
import dev.windlass.gateway.route.Balancing;
import dev.windlass.gateway.route.Deployment;
import dev.windlass.gateway.route.Deployment.Revision;
import dev.windlass.gateway.route.DeploymentName;
import dev.windlass.gateway.route.HoldLimits;
import dev.windlass.gateway.route.Sticky;
import dev.windlass.policy.EdgeSettings;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An LlmDeployment as the gateway has to know it: what its spec says of traffic, and the weights that the operator wrote into
 * its status. A part that makes no sense is as if it were not there: the operator says so in the resource's conditions, and
 * users of the rest of it are to notice nothing.
 */
final class ResourceReading {
    /** What the API's server says always, and whoever says nothing shall not own the names of others by it. */
    private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

    private static final String COOKIE = "windlass";

    private ResourceReading() {}

    /** @throws IllegalArgumentException where it has no name */
    static Deployment deployment(LlmDeployment resource) {
        var spec = resource.spec();
        var traffic = spec.traffic();
        List<String> served = spec.model().servedNames();
        return new Deployment(
                new DeploymentName(resource.namespace(), resource.name()),
                created(resource),
                served,
                served.isEmpty() ? resource.name() : served.getFirst(),
                revisions(resource),
                sticky(traffic.sticky()),
                traffic.rules().stream()
                        .filter(rule -> !rule.headers().isEmpty())
                        .map(rule -> new HeaderRule(rule.headers(), rule.to()))
                        .toList(),
                mirror(traffic.mirror()),
                switch (traffic.routing()) {
                    case LeastLoad -> Balancing.LeastLoad;
                    case PrefixAware -> Balancing.PrefixAware;
                    case RoundRobin -> Balancing.RoundRobin;
                },
                hold(spec.autoscaling()),
                EdgeSettings.of(spec),
                spec.suspend(),
                resource.getMetadata().getDeletionTimestamp() != null);
    }

    private static Instant created(LlmDeployment resource) {
        String written = resource.getMetadata().getCreationTimestamp();
        try {
            return written == null ? NEVER : Instant.parse(written);
        } catch (DateTimeParseException odd) {
            return NEVER;
        }
    }

    /**
     * The base first. While nothing can be routed to, the operator's weights are all 0, and the base keeps its place: what
     * comes waits for it.
     */
    private static List<Revision> revisions(LlmDeployment resource) {
        List<LlmDeploymentStatus.Revision> written = distinct(resource.status().revisions());
        int sum = written.stream().mapToInt(ResourceReading::weight).sum();
        List<Revision> revisions = new ArrayList<>();
        boolean hasBase = false;
        for (var revision : written) {
            boolean isBase = !hasBase && revision.role() == Role.Stable;
            int weight = sum == 100 ? weight(revision) : isBase ? 100 : 0;
            // A canary without users is being tried, and a revision without users that retires is as good as gone.
            if (isBase || revision.role() == Role.Variant || weight > 0) {
                revisions.add(isBase ? 0 : revisions.size(), new Revision(revision.name(), alias(revision), weight));
                hasBase |= isBase;
            }
        }
        boolean isWhole = revisions.stream().mapToInt(Revision::weight).sum() == 100;
        return isWhole ? revisions : List.of(new Revision(resource.name(), "stable", 100));
    }

    private static List<LlmDeploymentStatus.Revision> distinct(List<LlmDeploymentStatus.Revision> written) {
        Set<String> names = new HashSet<>();
        return written.stream()
                .filter(revision -> !revision.name().isEmpty() && names.add(revision.name()))
                .toList();
    }

    private static int weight(LlmDeploymentStatus.Revision revision) {
        return revision.weight() == null ? 0 : Math.clamp(revision.weight(), 0, 100);
    }

    /** What rules call it. Its successor has the name of one that retires. */
    private static @Nullable String alias(LlmDeploymentStatus.Revision revision) {
        return switch (revision.role()) {
            case Stable, Canary -> revision.role().name().toLowerCase(Locale.ROOT);
            case Variant -> revision.variant();
            case Retiring -> null;
            case null -> null;
        };
    }

    private static Sticky sticky(TrafficSpec.Sticky sticky) {
        return switch (sticky.by()) {
            case None -> Sticky.NONE;
            case User -> new Sticky(Sticky.By.User, sticky.header(), sticky.salt());
            case ApiKey -> new Sticky(Sticky.By.ApiKey, "", sticky.salt());
            case Header ->
                sticky.header().isBlank() ? Sticky.NONE : new Sticky(Sticky.By.Header, sticky.header(), sticky.salt());
            case Cookie ->
                new Sticky(Sticky.By.Cookie, sticky.cookie().isBlank() ? COOKIE : sticky.cookie(), sticky.salt());
        };
    }

    private static @Nullable Mirror mirror(TrafficSpec.@Nullable Mirror mirror) {
        return mirror == null || mirror.percent() < 1 || mirror.percent() > 100
                ? null
                : new Mirror(mirror.to(), mirror.percent());
    }

    /** One that never sleeps by itself may still have no pods: it starts. */
    private static HoldLimits hold(@Nullable AutoscalingSpec scaling) {
        var idle = scaling == null ? null : scaling.idle();
        if (idle == null) {
            return HoldLimits.DEFAULT;
        }
        var wake = idle.wake();
        return new HoldLimits(
                Math.max(0, wake.maxQueued()),
                wake.maxWait().isValid() ? wake.maxWait().value() : HoldLimits.DEFAULT.maximumWait());
    }
}
