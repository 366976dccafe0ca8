package dev.windlass.policy;

import dev.windlass.api.AuthSpec;
import dev.windlass.api.ContentFilterSpec;
import dev.windlass.api.LimitsSpec;
import dev.windlass.api.LlmDeploymentSpec;
import dev.windlass.api.ObservabilitySpec.Audit;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment wants of the edge, as its resource says it.
 *
 * @param contentFilter null filters nothing
 */
public record EdgeSettings(
        AuthSpec auth, LimitsSpec limits, @Nullable ContentFilterSpec contentFilter, Audit audit) {
    /** Of a deployment that wants nothing. */
    public static final EdgeSettings NONE = of(LlmDeploymentSpec.ABSENT);

    public static EdgeSettings of(LlmDeploymentSpec spec) {
        return new EdgeSettings(
                spec.auth(),
                spec.limits(),
                spec.contentFilter(),
                spec.observability().audit());
    }
}
