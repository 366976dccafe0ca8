package dev.windlass.gateway.route;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * All routes at one moment. A model is found by the name it serves, and by {@code namespace/name}; where two deployments
 * want one name, the older has it and the other is found by its qualified name only.
 */
public final class RouteTable {
    public static final RouteTable EMPTY = new RouteTable(Map.of(), Map.of(), List.of());

    private final Map<String, Route> names;
    private final Map<String, Route> qualified;
    private final List<Conflict> conflicts;
    private final List<Route> routes;

    private RouteTable(Map<String, Route> names, Map<String, Route> qualified, List<Conflict> conflicts) {
        this.names = names;
        this.qualified = qualified;
        this.conflicts = conflicts;
        this.routes = sorted(qualified.values());
    }

    /** A name that two deployments want. */
    public record Conflict(String name, DeploymentName owner, DeploymentName other) {}

    /** An endpoint and whose it is. */
    public record Backend(DeploymentName deployment, Endpoint endpoint) {}

    /** Makes the table of what is there; the order of the arguments means nothing. */
    public static RouteTable of(Collection<Deployment> deployments, Collection<Backend> backends) {
        Map<DeploymentName, List<Endpoint>> endpoints = backends.stream()
                .collect(Collectors.groupingBy(
                        Backend::deployment, Collectors.mapping(Backend::endpoint, Collectors.toList())));
        Map<String, Route> names = new LinkedHashMap<>();
        Map<String, Route> qualified = new TreeMap<>();
        List<Conflict> conflicts = new ArrayList<>();
        var oldestFirst = Comparator.comparing(Deployment::created).thenComparing(Deployment::name);
        for (var deployment : deployments.stream().sorted(oldestFirst).toList()) {
            var route = route(deployment, endpoints.getOrDefault(deployment.name(), List.of()));
            for (String served : deployment.servedNames()) {
                var owner = names.putIfAbsent(served, route);
                if (owner != null && !owner.deployment().equals(deployment.name())) {
                    conflicts.add(new Conflict(served, owner.deployment(), deployment.name()));
                }
                qualified.putIfAbsent(deployment.name().qualify(served), route);
            }
            qualified.putIfAbsent(deployment.name().toString(), route);
        }
        return new RouteTable(names, qualified, List.copyOf(conflicts));
    }

    private static Route route(Deployment deployment, List<Endpoint> endpoints) {
        var open = byRevision(endpoints, Endpoint::isOpen);
        open.keySet()
                .retainAll(deployment.revisions().stream()
                        .map(Deployment.Revision::name)
                        .toList());
        return new Route(
                deployment.name(),
                deployment.created(),
                deployment.model(),
                deployment.traffic(),
                deployment.sticky(),
                deployment.balancing(),
                deployment.hold(),
                deployment.edge(),
                state(deployment, open.keySet()),
                byRevision(endpoints, _ -> true),
                open);
    }

    private static State state(Deployment deployment, Set<String> open) {
        if (deployment.draining()) {
            return State.Draining;
        }
        if (deployment.suspended()) {
            return State.Suspended;
        }
        return Collections.disjoint(deployment.serving(), open) ? State.Asleep : State.Awake;
    }

    private static Map<String, List<Endpoint>> byRevision(List<Endpoint> endpoints, Predicate<Endpoint> wanted) {
        return endpoints.stream().filter(wanted).collect(Collectors.groupingBy(Endpoint::revision));
    }

    /** The route of what a client calls a model. */
    public Optional<Route> find(String model) {
        var route = names.get(model);
        return Optional.ofNullable(route == null ? qualified.get(model) : route);
    }

    /** Every name to list, with its route: those a client can use unqualified, and the losers' qualified ones. */
    public Map<String, Route> listed() {
        Map<String, Route> listed = new TreeMap<>(names);
        for (var conflict : conflicts) {
            String name = conflict.other().qualify(conflict.name());
            var route = qualified.get(name);
            if (route != null) {
                listed.put(name, route);
            }
        }
        return listed;
    }

    /** One route a deployment, in the order of their names. */
    public List<Route> routes() {
        return routes;
    }

    private static List<Route> sorted(Collection<Route> qualified) {
        // By identity: a route's hash is that of all it holds, and a large table is made anew at every change.
        Set<Route> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
        distinct.addAll(qualified);
        return distinct.stream().sorted(Comparator.comparing(Route::deployment)).toList();
    }

    /** Names that more than one deployment wants. */
    public List<Conflict> conflicts() {
        return conflicts;
    }
}
