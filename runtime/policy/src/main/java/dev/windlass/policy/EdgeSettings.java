package dev.windlass.policy;

import dev.windlass.api.AuthSpec;
import dev.windlass.api.ContentFilterSpec;
import dev.windlass.api.LimitsSpec;
import dev.windlass.api.LlmDeploymentSpec;
import dev.windlass.api.ObservabilitySpec;
import dev.windlass.api.ObservabilitySpec.Audit;
import dev.windlass.api.Ratio;
import dev.windlass.api.ResponseCacheSpec;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment wants of the edge, as its resource says it.
 *
 * @param contentFilter null filters nothing
 * @param responseCache null gives no answer again
 * @param sampleRatio the share of requests that are traced; null for the usual one
 */
public record EdgeSettings(
        AuthSpec auth,
        LimitsSpec limits,
        @Nullable ContentFilterSpec contentFilter,
        @Nullable ResponseCacheSpec responseCache,
        Audit audit,
        @Nullable Double sampleRatio) {
    /** Of a deployment that wants nothing. */
    public static final EdgeSettings NONE = of(LlmDeploymentSpec.ABSENT);

    public EdgeSettings {
        if (sampleRatio != null && !(sampleRatio >= 0 && sampleRatio <= 1)) {
            throw new IllegalArgumentException("sampleRatio: expected a share from 0 to 1, got " + sampleRatio);
        }
    }

    public static EdgeSettings of(LlmDeploymentSpec spec) {
        return new EdgeSettings(
                spec.auth(),
                spec.limits(),
                spec.contentFilter(),
                spec.responseCache(),
                spec.observability().audit(),
                sampleRatio(spec.observability().tracing()));
    }

    /** A share that is none is as if it were not written. */
    private static @Nullable Double sampleRatio(ObservabilitySpec.@Nullable Tracing tracing) {
        Ratio share = tracing == null ? null : tracing.sampleRatio();
        return share != null && share.isValid() && share.value() <= 1 ? (Double) share.value() : null;
    }

    /** Whether requests may pass as they are; the waiting room is the runtime's affair. */
    public boolean asksForNothing() {
        var bounds = new LimitsSpec(
                limits.perKey(), limits.total(), limits.maxInputTokens(), limits.maxOutputTokens(), null);
        return new EdgeSettings(auth, bounds, contentFilter, responseCache, audit, null).equals(NONE);
    }

    /** The same for those whom {@code other} lets in. */
    public EdgeSettings withAuth(AuthSpec other) {
        return new EdgeSettings(other, limits, contentFilter, responseCache, audit, sampleRatio);
    }
}
