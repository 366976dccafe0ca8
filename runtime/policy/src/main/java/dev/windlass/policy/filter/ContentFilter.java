package dev.windlass.policy.filter;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.api.ContentFilterSpec;
import dev.windlass.api.ContentFilterSpec.Mode;
import dev.windlass.api.ContentFilterSpec.OnError;
import dev.windlass.api.FilterRule.Action;
import dev.windlass.http.Json;
import dev.windlass.policy.Arrival;
import dev.windlass.policy.EdgePolicy;
import dev.windlass.policy.Ending;
import dev.windlass.policy.EventSink;
import dev.windlass.policy.Passage;
import dev.windlass.policy.Patience;
import dev.windlass.policy.StoredAnswer;
import dev.windlass.policy.WholeAnswer;
import dev.windlass.policy.filter.FilterMeter.Way;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps from models what may not be asked, and from clients what may not be answered, as a deployment's policy says. */
public final class ContentFilter implements EdgePolicy {
    private static final int LONGEST_ANSWER = 64 << 20;

    /** Whose answers are numbers. */
    private static final Set<String> WORDLESS =
            Set.of("/v1/embeddings", "/v1/rerank", "/v1/score", "/v1/classify", "/v1/moderations");

    /** The revision of an answer that no model gave. */
    private static final String NOBODYS = "content-filter";

    private final FilterPolicies policies;
    private final Classifier classifier;
    private final FilterMeter meter;
    /** As strict as what clients send is read: of one field given twice a client might take the other one. */
    private final JsonMapper mapper = JsonMapper.builder(Json.factory(LONGEST_ANSWER))
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    public ContentFilter(FilterPolicies policies, Classifier classifier, FilterMeter meter) {
        this.policies = policies;
        this.classifier = classifier;
        this.meter = meter;
    }

    @Override
    public Passage admit(Arrival arrival) {
        var spec = arrival.settings().contentFilter();
        if (spec == null || isOff(spec)) {
            return Passage.FREE;
        }
        var policy = policies.find(arrival.target().namespace(), spec);
        if (policy.isEmpty()) {
            return withoutPolicy(arrival, spec);
        }
        var application = new Application(arrival.target(), spec, policy.get(), classifier, meter);
        if (arrival.head().path().equals(Moderation.PATH)) {
            return moderation(arrival, application);
        }
        var passage = new Filtered(arrival, application, mapper);
        passage.begin();
        return passage;
    }

    static boolean isOff(ContentFilterSpec spec) {
        return spec.input() == Mode.Off && spec.output() == Mode.Off;
    }

    private Passage moderation(Arrival arrival, Application application) {
        return new Passage() {
            @Override
            public Optional<StoredAnswer> stored(Patience patience) {
                var answer = new Moderation(application, mapper).answer(arrival);
                return Optional.of(new StoredAnswer(NOBODYS, new StoredAnswer.Whole(answer)));
            }
        };
    }

    private Passage withoutPolicy(Arrival arrival, ContentFilterSpec spec) {
        meter.verdict(arrival.target(), Way.Input, "", Verdict.Error);
        boolean enforces = spec.input() == Mode.Enforce || spec.output() == Mode.Enforce;
        if (enforces && spec.onError() == OnError.FailClosed) {
            throw RequestFilter.unavailable();
        }
        return Passage.FREE;
    }

    private static final class Filtered implements Passage {
        private final Arrival arrival;
        private final Application application;
        private final JsonMapper mapper;
        private final List<Rule> rules;
        private final RequestFilter request;
        private boolean hidesUsage;
        private @Nullable AnswerFilter answer;
        private @Nullable StreamFilter stream;

        Filtered(Arrival arrival, Application application, JsonMapper mapper) {
            this.arrival = arrival;
            this.application = application;
            this.mapper = mapper;
            boolean isOff = application.mode(Way.Output) == Mode.Off
                    || WORDLESS.contains(arrival.head().path());
            this.rules = isOff ? List.of() : application.policy().rules(Way.Output);
            this.request = new RequestFilter(application);
        }

        void begin() {
            if (application.mode(Way.Input) != Mode.Off) {
                request.look(arrival);
            }
            if (arrival.head().streams() && application.isEnforced(Way.Output) && mayCut()) {
                learnUsage();
            }
        }

        private boolean mayCut() {
            return rules.stream().anyMatch(rule -> rule.action() == Action.Block || rule.asks());
        }

        /** Whoever cuts a stream off owes the usage to a client that asked for it, and has it only if every event tells. */
        private void learnUsage() {
            if (arrival.json().get("stream_options") instanceof ObjectNode options
                    && options.path("include_usage").asBoolean()
                    && !options.path("continuous_usage_stats").asBoolean()) {
                options.put("continuous_usage_stats", true);
                arrival.change();
                hidesUsage = true;
            }
        }

        @Override
        public Optional<StoredAnswer> stored(Patience patience) {
            if (application.mode(Way.Input) != Mode.Off) {
                request.ask(arrival);
            }
            return Optional.empty();
        }

        @Override
        public boolean holdsWholeAnswers() {
            return !rules.isEmpty();
        }

        @Override
        public WholeAnswer answer(WholeAnswer whole) {
            if (rules.isEmpty() || !whole.isGood()) {
                return whole;
            }
            answer = new AnswerFilter(application, rules, mapper);
            return answer.look(whole);
        }

        @Override
        public EventSink events(EventSink next) {
            if (rules.isEmpty()) {
                return next;
            }
            stream = new StreamFilter(application, rules, new StreamTerms(arrival.json(), hidesUsage), mapper, next);
            return stream;
        }

        @Override
        public void end(Ending ending) {
            if (stream != null) {
                stream.report();
            }
            boolean isBlocked = (answer != null && answer.isBlocked()) || (stream != null && stream.isBlocked());
            if (isBlocked && ending.revision() != null) {
                application.meter().blocked(application.target(), ending.revision());
            }
        }
    }
}
