package dev.windlass.operator.gateway;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Finds which deployments the gateways say something new of: other pods that can be sent to, requests that begin or cease
 * to wait, or that there are keys for them or none.
 */
public final class GatewayChanges {
    private final BiConsumer<String, String> changed;
    private Map<String, Set<String>> before = Map.of();

    /** @param changed takes a namespace and a name */
    public GatewayChanges(BiConsumer<String, String> changed) {
        this.changed = changed;
    }

    /** Compares with the last look. For one thread. */
    public void look(List<GatewayPresent> gateways) {
        Map<String, Set<String>> now = new HashMap<>();
        int number = 0;
        for (GatewayPresent gateway : gateways) {
            int which = number++;
            gateway.held().forEach((name, held) -> {
                if (held > 0) {
                    now.computeIfAbsent(name, _ -> new HashSet<>()).add("held");
                }
            });
            gateway.keyless()
                    .forEach(name ->
                            now.computeIfAbsent(name, _ -> new HashSet<>()).add(which + " keyless"));
            gateway.open()
                    .forEach((key, addresses) -> now.computeIfAbsent(
                                    key.namespace() + "/" + key.deployment(), _ -> new HashSet<>())
                            .add(which + " " + key.revision() + " " + addresses.size()));
        }
        Set<String> all = new HashSet<>(now.keySet());
        all.addAll(before.keySet());
        for (String name : all) {
            if (!now.getOrDefault(name, Set.of()).equals(before.getOrDefault(name, Set.of()))) {
                int slash = name.indexOf('/');
                changed.accept(name.substring(0, slash), name.substring(slash + 1));
            }
        }
        before = now;
    }
}
