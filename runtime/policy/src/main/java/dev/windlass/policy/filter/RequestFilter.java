package dev.windlass.policy.filter;

import dev.windlass.http.ApiException;
import dev.windlass.policy.Arrival;
import dev.windlass.policy.filter.FilterMeter.Way;
import dev.windlass.policy.filter.TextParts.Part;
import java.time.Duration;
import java.util.List;

/** Looks at what is asked. */
final class RequestFilter {
    static final String CODE = "content_filter";
    private static final Duration SOON = Duration.ofSeconds(5);

    private final Application application;
    private final List<Rule> rules;
    private final List<Rule> asking;

    RequestFilter(Application application) {
        this.application = application;
        var all = application.policy().rules(Way.Input);
        this.rules = all.stream().filter(rule -> !rule.asks()).toList();
        this.asking = all.stream().filter(Rule::asks).toList();
    }

    /** Applies the rules that know at once, and writes into the request what they redact. */
    void look(Arrival arrival) {
        if (!rules.isEmpty() || !asking.isEmpty()) {
            var found = TextParts.of(arrival.json());
            if (found.unreadable()) {
                application.requireReadable();
            }
            if (look(found.texts(), rules)) {
                arrival.change();
            }
        }
    }

    /**
     * Applies the rules that have to ask. A request is on its way by then and cannot be changed any more, so what they would redact
     * they refuse.
     */
    void ask(Arrival arrival) {
        if (!asking.isEmpty()) {
            look(
                    TextParts.of(arrival.json()).texts(),
                    asking.stream().map(Rule::refusing).toList());
        }
    }

    private boolean look(List<TextParts> texts, List<Rule> by) {
        boolean isChanged = false;
        long begun = System.nanoTime();
        try {
            for (var text : texts) {
                isChanged |= look(text, application.screen(by, Way.Input));
            }
        } finally {
            application.spent(Way.Input, System.nanoTime() - begun);
        }
        return isChanged;
    }

    private static boolean look(TextParts text, Screen screen) {
        boolean isChanged = false;
        for (int i = 0; i < text.parts().size(); i++) {
            Part part = text.parts().get(i);
            String written = part.text();
            boolean isLast = i == text.parts().size() - 1;
            String allowed = !isLast
                    ? screen.append(written)
                    : i == 0 ? screen.pass(written) : screen.append(written) + screen.finish();
            if (screen.isBroken()) {
                throw unavailable();
            }
            if (screen.isBlocked()) {
                throw ApiException.invalid(
                        400,
                        text.path(),
                        CODE,
                        "The request was refused by the content filter's rule `%s`.".formatted(screen.blockedBy()));
            }
            if (!allowed.equals(written)) {
                part.replace(allowed);
                isChanged = true;
            }
        }
        return isChanged;
    }

    static ApiException unavailable() {
        return ApiException.unavailable("content_filter_unavailable", "The content filter cannot be asked now.", SOON);
    }
}
