package dev.windlass.operator.status;

import dev.windlass.api.AuthSpec;
import dev.windlass.api.FilterPolicyCheck;
import dev.windlass.api.LlmDeployment;
import dev.windlass.api.LlmDeploymentSpec;
import dev.windlass.api.LlmFilterPolicy;
import dev.windlass.operator.desired.Callers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is said of the guards that a spec asks for. Nobody may believe in one that is not there. */
record PolicyWord(boolean isEnforced, String reason, String message) {
    private static final String KEYS = "windlass.dev/keys";

    /**
     * Null where nothing is asked for.
     *
     * @param callers whom gateways can tell apart
     * @param lacksKeys whether gateways ask for keys and know none that opens it
     * @param policy that the content filter names; null where there is no such
     */
    static @Nullable PolicyWord of(
            LlmDeployment resource, Callers callers, boolean lacksKeys, @Nullable LlmFilterPolicy policy) {
        LlmDeploymentSpec spec = resource.spec();
        AuthSpec.Mode mode = spec.auth().mode();
        if (mode == AuthSpec.Mode.ServiceAccount && !callers.serviceAccounts()) {
            return new PolicyWord(
                    false,
                    "ServiceAccountsOff",
                    "nobody is let in: gateways ask for no service accounts here (the chart's gateway.serviceAccounts.enabled)");
        }
        if (mode == AuthSpec.Mode.ApiKey && !callers.haveKeys(resource.namespace())) {
            return new PolicyWord(
                    false,
                    "KeysOff",
                    "nobody is let in: gateways read no keys of namespace %s (the chart's gateway.keys)"
                            .formatted(resource.namespace()));
        }
        if (mode == AuthSpec.Mode.ApiKey && lacksKeys) {
            return new PolicyWord(
                    false, "NoKeys", "nobody is let in: " + noKeys(spec.auth().selector()));
        }
        List<String> enforced = new ArrayList<>();
        if (mode != AuthSpec.Mode.None) {
            enforced.add("the gateway asks callers for " + asked(mode));
        }
        var filter = spec.contentFilter();
        if (filter != null) {
            if (policy == null) {
                String name =
                        filter.policyRef() == null ? "" : filter.policyRef().name();
                return new PolicyWord(false, "PolicyNotFound", "there is no LlmFilterPolicy %s here".formatted(name));
            }
            var problems = FilterPolicyCheck.problems(policy);
            if (!problems.isEmpty()) {
                return new PolicyWord(
                        false, "PolicyInvalid", "LlmFilterPolicy %s: %s".formatted(policy.name(), problems.getFirst()));
            }
            enforced.add("LlmFilterPolicy %s has %d rules"
                    .formatted(policy.name(), policy.spec().rules().size()));
        }
        return enforced.isEmpty() ? null : new PolicyWord(true, "Enforced", String.join("; ", enforced));
    }

    private static String noKeys(AuthSpec.@Nullable Selector selector) {
        var labels = new TreeMap<>(selector == null ? Map.<String, String>of() : selector.matchLabels());
        // With any value, besides those that are asked for.
        labels.putIfAbsent(KEYS, "");
        return "no Secret here with the labels %s has a key that is in force"
                .formatted(labels.entrySet().stream()
                        .map(label ->
                                label.getValue().isEmpty() ? label.getKey() : label.getKey() + "=" + label.getValue())
                        .collect(Collectors.joining(", ")));
    }

    private static String asked(AuthSpec.Mode mode) {
        return switch (mode) {
            case ApiKey -> "a key";
            case Jwt -> "an issuer's token";
            case ServiceAccount -> "a service account's token";
            case None -> "nothing";
        };
    }
}
