package dev.windlass.gateway.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.windlass.api.AuthSpec;
import dev.windlass.api.ContentFilterSpec;
import dev.windlass.api.GoDuration;
import dev.windlass.api.LimitsSpec;
import dev.windlass.api.ObservabilitySpec;
import dev.windlass.api.ResponseCacheSpec;
import dev.windlass.api.traffic.HeaderRule;
import dev.windlass.api.traffic.Mirror;
import dev.windlass.gateway.route.Balancing;
import dev.windlass.gateway.route.Deployment;
import dev.windlass.gateway.route.DeploymentName;
import dev.windlass.gateway.route.Endpoint;
import dev.windlass.gateway.route.HoldLimits;
import dev.windlass.gateway.route.RouteTable;
import dev.windlass.gateway.route.RouteTable.Backend;
import dev.windlass.gateway.route.Sticky;
import dev.windlass.http.Identity;
import dev.windlass.policy.EdgeSettings;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Routes as a file, in YAML or JSON, for gateways without a cluster. A deployment needs a name and endpoints; all else has a
 * default.
 */
public record RouteFile(List<Entry> deployments) {
    private static final JsonMapper YAML = JsonMapper.builder(new YAMLFactory())
            .addModule(new JavaTimeModule())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    public RouteFile {
        deployments = copy(deployments);
    }

    /** A deployment; what its fields mean is said at {@link Deployment}, and those of policies are as in resources. */
    public record Entry(
            String name,
            @Nullable String namespace,
            @Nullable Instant created,
            @Nullable List<String> servedNames,
            @Nullable String model,
            @Nullable List<RevisionEntry> revisions,
            @Nullable StickyEntry sticky,
            @Nullable List<RuleEntry> rules,
            @Nullable MirrorEntry mirror,
            @Nullable Balancing routing,
            @Nullable HoldEntry hold,
            @Nullable AuthSpec auth,
            @Nullable LimitsSpec limits,
            @Nullable ContentFilterSpec contentFilter,
            @Nullable ResponseCacheSpec responseCache,
            ObservabilitySpec.@Nullable Audit audit,
            boolean suspended,
            boolean draining,
            @Nullable List<EndpointEntry> endpoints) {}

    /** A revision and its weight in percent. */
    public record RevisionEntry(String name, @Nullable String variant, int weight) {}

    /** What users stay with a revision by. */
    public record StickyEntry(
            Sticky.By by, @Nullable String name, @Nullable String salt) {}

    /** Headers, and the revision or variant they lead to. */
    public record RuleEntry(Map<String, String> headers, String to) {}

    /** Who gets copies, of how many requests in a hundred. */
    public record MirrorEntry(String to, int percent) {}

    /** How many requests wait while nothing is ready, and for how long: 10m as in resources, or PT10M. */
    public record HoldEntry(
            @Nullable Integer maxQueued, @Nullable String maxWait) {}

    /** A runtime, as {@code host:port}; of the first revision where none is said, and without TLS. */
    public record EndpointEntry(
            String address,
            @Nullable String revision,
            @Nullable Boolean ready,
            boolean draining,
            boolean tls) {}

    /**
     * Reads a file's text.
     *
     * @throws IllegalArgumentException with what is wrong and where
     */
    public static RouteFile parse(String text) {
        try {
            var file = YAML.readValue(text, RouteFile.class);
            return file == null ? new RouteFile(List.of()) : file;
        } catch (JsonProcessingException e) {
            var where = e.getLocation();
            throw new IllegalArgumentException(
                    "line %d: %s".formatted(where == null ? 0 : where.getLineNr(), e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The table of what the file says. */
    public RouteTable table() {
        return table(_ -> true);
    }

    /** The same, in which what cannot be used is not ready. */
    RouteTable table(Predicate<Endpoint> isUsable) {
        return RouteTable.of(
                deployments.stream().map(RouteFile::deployment).toList(),
                deployments.stream()
                        .flatMap(entry -> copy(entry.endpoints()).stream()
                                .map(endpoint -> endpoint(entry, endpoint))
                                .map(endpoint -> new Backend(
                                        name(entry), isUsable.test(endpoint) ? endpoint : endpoint.unready())))
                        .toList());
    }

    private static DeploymentName name(Entry entry) {
        return new DeploymentName(
                Objects.requireNonNullElse(entry.namespace(), "default"), Objects.requireNonNullElse(entry.name(), ""));
    }

    private static Deployment deployment(Entry entry) {
        var name = name(entry);
        var served = copy(entry.servedNames());
        var sticky = entry.sticky();
        var mirror = entry.mirror();
        return new Deployment(
                name,
                Objects.requireNonNullElse(entry.created(), Instant.EPOCH),
                served,
                Objects.requireNonNullElse(entry.model(), served.isEmpty() ? name.name() : served.getFirst()),
                revisions(entry),
                sticky == null ? Sticky.NONE : new Sticky(sticky.by(), text(sticky.name()), text(sticky.salt())),
                copy(entry.rules()).stream()
                        .map(rule -> new HeaderRule(rule.headers(), rule.to()))
                        .toList(),
                mirror == null ? null : new Mirror(mirror.to(), mirror.percent()),
                Objects.requireNonNullElse(entry.routing(), Balancing.LeastLoad),
                hold(entry),
                edge(entry),
                entry.suspended(),
                entry.draining());
    }

    private static EdgeSettings edge(Entry entry) {
        var none = EdgeSettings.NONE;
        return new EdgeSettings(
                Objects.requireNonNullElse(entry.auth(), none.auth()),
                Objects.requireNonNullElse(entry.limits(), none.limits()),
                entry.contentFilter(),
                entry.responseCache(),
                Objects.requireNonNullElse(entry.audit(), none.audit()));
    }

    private static List<Deployment.Revision> revisions(Entry entry) {
        var revisions = copy(entry.revisions());
        return revisions.isEmpty()
                ? List.of(new Deployment.Revision(entry.name(), null, 100))
                : revisions.stream()
                        .map(revision ->
                                new Deployment.Revision(revision.name(), revision.variant(), revision.weight()))
                        .toList();
    }

    private static HoldLimits hold(Entry entry) {
        var hold = entry.hold();
        return hold == null
                ? HoldLimits.DEFAULT
                : new HoldLimits(
                        Objects.requireNonNullElse(hold.maxQueued(), HoldLimits.DEFAULT.maximumQueued()),
                        hold.maxWait() == null ? HoldLimits.DEFAULT.maximumWait() : duration(entry, hold.maxWait()));
    }

    private static Duration duration(Entry entry, String text) {
        var duration = new GoDuration(text);
        try {
            return duration.isValid() ? duration.value() : Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "%s: hold: expected a maxWait such as 90s, 10m, 1h30m or PT10M, got \"%s\""
                            .formatted(name(entry), text),
                    e);
        }
    }

    private static Endpoint endpoint(Entry entry, EndpointEntry endpoint) {
        var address = URI.create("http://" + endpoint.address());
        if (address.getHost() == null || address.getPort() < 0) {
            throw new IllegalArgumentException("%s: endpoints: expected an address as host:port, got \"%s\""
                    .formatted(name(entry), endpoint.address()));
        }
        String host = address.getHost();
        return new Endpoint(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                address.getPort(),
                Objects.requireNonNullElse(
                        endpoint.revision(), revisions(entry).getFirst().name()),
                Objects.requireNonNullElse(endpoint.ready(), true),
                endpoint.draining(),
                endpoint.tls()
                        ? Identity.runtime(name(entry).namespace(), name(entry).name())
                        : null);
    }

    private static <T> List<T> copy(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    private static String text(@Nullable String value) {
        return Objects.requireNonNullElse(value, "");
    }
}
