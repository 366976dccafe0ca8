package dev.windlass.operator.control;

import dev.windlass.api.CanarySpec;
import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.prometheus.PrometheusQueries.Answers;
import dev.windlass.operator.prometheus.PrometheusQueries.Round;
import dev.windlass.operator.prometheus.Question;
import dev.windlass.operator.rollout.Answer;
import dev.windlass.operator.rollout.DueCheck;
import dev.windlass.operator.rollout.Measurement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What Prometheus says of the revisions on trial, beside what the gateways measured: asked anew for each check. */
final class OutsideAnswers {
    private final Surroundings around;
    private final LlmDeployment resource;
    private final List<CanarySpec.Check> metrics;

    OutsideAnswers(Surroundings around, LlmDeployment resource) {
        this.around = around;
        this.resource = resource;
        this.metrics = resource.spec().canary().stream()
                .flatMap(canary -> canary.analysis().metrics().stream())
                .filter(check -> check.prometheus() != null)
                .toList();
    }

    /**
     * The measurements with the answers in them; those that are not there yet are pending.
     *
     * @param due the check that is to be made now, if one is
     * @param from where the window begins
     */
    Map<String, Measurement> addTo(
            Map<String, Measurement> measured, Optional<DueCheck> due, Instant from, Instant now) {
        String name = resource.namespace() + "/" + resource.name();
        if (metrics.isEmpty() || due.isEmpty()) {
            around.prometheus().forget(name);
            return measured;
        }
        var round = new Round(due.orElseThrow(), metrics);
        Optional<Answers> answers = around.prometheus()
                .of(
                        name,
                        round,
                        () -> questions(round.check(), Duration.between(from, now)),
                        () -> around.wake().accept(resource));
        Map<String, Measurement> all = new HashMap<>();
        measured.forEach((revision, one) -> all.put(
                revision, one.with(answers.map(said -> said.of(revision)).orElseGet(this::pending))));
        return all;
    }

    private Map<String, Answer> pending() {
        Map<String, Answer> pending = new HashMap<>();
        metrics.forEach(check -> pending.put(check.name(), new Answer.Pending()));
        return pending;
    }

    /** The stable revision is asked for only where the canary is compared with it. */
    private List<Question> questions(DueCheck due, Duration window) {
        List<Question> questions = new ArrayList<>();
        for (CanarySpec.Check check : metrics) {
            questions.add(question(check, due.candidate(), window));
            if (check.maxRegression() != null) {
                questions.add(question(check, due.stable(), window));
            }
        }
        return questions;
    }

    private Question question(CanarySpec.Check check, String revision, Duration window) {
        var prometheus = Objects.requireNonNull(check.prometheus());
        String address = prometheus.address();
        return new Question(
                check.name(),
                revision,
                address.isEmpty() ? around.desired().installation().prometheus() : address,
                Question.filledIn(
                        prometheus.query(),
                        resource.namespace(),
                        resource.name(),
                        resource.name() + "-" + revision,
                        window));
    }
}
