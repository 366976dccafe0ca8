package dev.windlass.policy.filter;

import dev.windlass.api.ContentFilterSpec;
import dev.windlass.api.ContentFilterSpec.OnError;
import dev.windlass.http.ApiException;
import dev.windlass.policy.Arrival;
import dev.windlass.policy.filter.FilterMeter.Way;
import java.util.List;

/** A policy as one deployment applies it. */
record Application(
        Arrival.Target target, ContentFilterSpec spec, FilterPolicy policy, Classifier classifier, FilterMeter meter) {
    /** Of English; a token of other languages has fewer characters. */
    private static final int CHARACTERS_OF_A_TOKEN = 4;

    /** A smaller window would miss what a line can hold. */
    private static final int LEAST_REACH = 64;

    Screen screen(List<Rule> rules, Way way) {
        int reach = way == Way.Input
                ? Screen.FAR
                : Math.clamp((long) spec.streaming().window() * CHARACTERS_OF_A_TOKEN, LEAST_REACH, Screen.FAR);
        return new Screen(
                rules,
                new Rule.Sight(reach, policy.namespace(), classifier),
                new Screen.Manner(mode(way), spec.onError()),
                (rule, verdict) -> meter.verdict(target, way, rule, verdict));
    }

    ContentFilterSpec.Mode mode(Way way) {
        return way == Way.Input ? spec.input() : spec.output();
    }

    boolean isEnforced(Way way) {
        return mode(way) == ContentFilterSpec.Mode.Enforce;
    }

    boolean failsClosed() {
        return spec.onError() == OnError.FailClosed;
    }

    void spent(Way way, long nanos) {
        meter.spent(target, way, nanos);
    }

    /** Refuses what nobody here can read, unless it may pass. */
    void requireReadable() {
        meter.verdict(target, Way.Input, "", Verdict.Error);
        if (isEnforced(Way.Input) && failsClosed()) {
            throw ApiException.invalid(
                    400,
                    "prompt",
                    RequestFilter.CODE,
                    "expected text, got token ids, which the model's content filter cannot read");
        }
    }
}
