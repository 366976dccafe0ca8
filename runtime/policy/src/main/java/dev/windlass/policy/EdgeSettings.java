package dev.windlass.policy;

import dev.windlass.api.AuthSpec;
import dev.windlass.api.ContentFilterSpec;
import dev.windlass.api.LimitsSpec;
import dev.windlass.api.LlmDeploymentSpec;
import dev.windlass.api.ObservabilitySpec.Audit;
import dev.windlass.api.ResponseCacheSpec;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment wants of the edge, as its resource says it.
 *
 * @param contentFilter null filters nothing
 * @param responseCache null gives no answer again
 */
public record EdgeSettings(
        AuthSpec auth,
        LimitsSpec limits,
        @Nullable ContentFilterSpec contentFilter,
        @Nullable ResponseCacheSpec responseCache,
        Audit audit) {
    /** Of a deployment that wants nothing. */
    public static final EdgeSettings NONE = of(LlmDeploymentSpec.ABSENT);

    public static EdgeSettings of(LlmDeploymentSpec spec) {
        return new EdgeSettings(
                spec.auth(),
                spec.limits(),
                spec.contentFilter(),
                spec.responseCache(),
                spec.observability().audit());
    }

    /** Whether requests may pass as they are; the waiting room is the runtime's affair. */
    public boolean asksForNothing() {
        var bounds = new LimitsSpec(
                limits.perKey(), limits.total(), limits.maxInputTokens(), limits.maxOutputTokens(), null);
        return new EdgeSettings(auth, bounds, contentFilter, responseCache, audit).equals(NONE);
    }

    /** The same for those whom {@code other} lets in. */
    public EdgeSettings withAuth(AuthSpec other) {
        return new EdgeSettings(other, limits, contentFilter, responseCache, audit);
    }
}
