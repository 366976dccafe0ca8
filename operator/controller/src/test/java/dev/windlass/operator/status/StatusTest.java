package dev.windlass.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.api.LlmDeploymentStatus;
import dev.windlass.api.LlmFilterPolicy;
import dev.windlass.operator.Resources;
import dev.windlass.operator.certificates.CertificateWord;
import dev.windlass.operator.observe.Loading;
import dev.windlass.operator.status.Cases.Case;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTest {
    private static LlmDeploymentStatus status(Case name) {
        return StatusCalculator.calculate(Cases.of(name, Cases.NOW), LlmDeploymentStatus.ABSENT);
    }

    private static String said(LlmDeploymentStatus status, String type) {
        Condition condition = status.condition(type).orElseThrow();
        return condition.getStatus() + " " + condition.getReason();
    }

    private static String message(LlmDeploymentStatus status, String type) {
        return status.condition(type).orElseThrow().getMessage();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            case         | phase       | Ready                 | ModelReady        | RuntimeReady          | TrafficReady      | Progressing     | Degraded
            New          | Pending     | False Scheduling      | False Waiting     | False Scheduling      | False NoReadyPods | False Settled   | False AsExpected
            Starting     | Loading     | False Loading         | False Waiting     | False Loading         | False NoReadyPods | False Settled   | False AsExpected
            Downloading  | Downloading | False Downloading     | False Downloading | False Downloading     | False NoReadyPods | False Settled   | False AsExpected
            Converting   | Converting  | False Converting      | False Converting  | False Converting      | False NoReadyPods | False Settled   | False AsExpected
            Preparing    | Converting  | False Converting      | False Converting  | False Converting      | False NoReadyPods | False Settled   | False AsExpected
            Unprepared   | Failed      | False ConvertFailed   | False ConvertFailed | False ConvertFailed | False NoReadyPods | False Settled   | True ConvertFailed
            CanaryIsPrepared | Ready    | True Serving          | True Loaded       | True Ready            | True Routable     | True Preparing  | False AsExpected
            Loading      | Loading     | False Loading         | False Loading     | False Loading         | False NoReadyPods | False Settled   | False AsExpected
            Unrouted     | Loading     | False NotRoutable     | True Loaded       | True Ready            | False NotRoutable | False Settled   | False AsExpected
            Serving      | Ready       | True Serving          | True Loaded       | True Ready            | True Routable     | False Settled   | False AsExpected
            Crashing     | Failed      | False CrashLoop       | False Waiting     | False CrashLoop       | False NoReadyPods | False Settled   | True CrashLoop
            Unloadable   | Failed      | False LoadFailed      | False LoadFailed  | False LoadFailed      | False NoReadyPods | False Settled   | True LoadFailed
            WithoutNode  | Pending     | False InsufficientGpu | False Waiting     | False InsufficientGpu | False NoReadyPods | False Settled   | True InsufficientGpu
            HalfCrashing | Degraded    | False CrashLoop       | True Loaded       | False CrashLoop       | True Routable     | False Settled   | True CrashLoop
            CanaryLoads  | Canary      | True Serving          | True Loaded       | True Ready            | True Routable     | True Stepping   | False AsExpected
            Analysing    | Canary      | True Serving          | True Loaded       | True Ready            | True Routable     | True Analyzing  | False AsExpected
            Returning    | RollingBack | True Serving          | True Loaded       | True Ready            | True Routable     | True Returning  | False AsExpected
            Held         | Canary      | True Serving          | True Loaded       | True Ready            | True Routable     | False Held      | False AsExpected
            Paused       | Ready       | True Serving          | True Loaded       | True Ready            | True Routable     | False Paused    | False AsExpected
            RolledBack   | Ready       | True Serving          | True Loaded       | True Ready            | True Routable     | False Settled   | True TtftP95
            Asleep       | Sleeping    | True Asleep           | False Waiting     | False Asleep          | False NoReadyPods | False Settled   | False AsExpected
            Suspended    | Suspended   | False Suspended       | False Waiting     | False Suspended       | False NoReadyPods | False Settled   | False AsExpected
            Variants     | Ready       | True Serving          | True Loaded       | True Ready            | True Routable     | False Settled   | False AsExpected
            """)
    void whatASituationIsCalled(
            Case name,
            LlmDeploymentStatus.Phase phase,
            String ready,
            String model,
            String runtime,
            String traffic,
            String progressing,
            String degraded) {
        LlmDeploymentStatus status = status(name);

        assertThat(status.phase()).isEqualTo(phase);
        assertThat(said(status, "Ready")).isEqualTo(ready);
        assertThat(said(status, "ModelReady")).isEqualTo(model);
        assertThat(said(status, "RuntimeReady")).isEqualTo(runtime);
        assertThat(said(status, "TrafficReady")).isEqualTo(traffic);
        assertThat(said(status, "Progressing")).isEqualTo(progressing);
        assertThat(said(status, "Degraded")).isEqualTo(degraded);
        assertThat(status.conditions().getFirst().getType()).isEqualTo("Ready");
    }

    @Test
    void whatADownloadSaysIsSaidOfItself() {
        LlmDeploymentStatus status = status(Case.Downloading);

        assertThat(status.download()).isEqualTo(new LlmDeploymentStatus.Download(63, 412_000_000L, 41L));
        assertThat(message(status, "ModelReady")).isEqualTo("63 % of 14.2 GB, 412 MB/s, about 41 s");
        assertThat(message(status, "Ready"))
                .isEqualTo("0 of 1 pods are ready; downloading: 63 % of 14.2 GB, 412 MB/s, about 41 s");
        assertThat(message(status(Case.Preparing), "ModelReady")).isEqualTo("begins, by Job m-70b-prepare");
        assertThat(status(Case.Converting).download()).isNull();
        assertThat(status(Case.CanaryLoads).download()).isNotNull();
    }

    @Test
    void eachRevisionHasItsPart() {
        LlmDeploymentStatus status = status(Case.Analysing);

        assertThat(status.stableRevision()).isEqualTo("m-70b");
        assertThat(status.canaryRevision()).isEqualTo("m-81a");
        assertThat(status.canaryWeight()).isEqualTo(25);
        assertThat(status.readyOfDesired()).isEqualTo("4/4");
        assertThat(status.url()).isEqualTo("http://m.ns.svc");
        assertThat(status.revisions().stream()
                        .map(one -> "%s %s %s %d %d"
                                .formatted(one.name(), one.role(), one.variant(), one.weight(), one.ready()))
                        .toList())
                .containsExactly("m-70b Stable  75 3", "m-81a Canary  25 1");
        assertThat(status(Case.Variants).revisions().stream()
                        .map(one -> one.role() + " " + one.variant())
                        .collect(Collectors.joining(",")))
                .isEqualTo("Stable ,Variant german");
    }

    @Test
    void whatWasGivenUpIsSaidWithTheNumbers() {
        assertThat(message(status(Case.RolledBack), "Degraded"))
                .isEqualTo("m-81a was given up: 0.4 s -> 0.9 s (limit 20 %)");
        assertThat(message(status(Case.Held), "Progressing")).startsWith("held at m-81a: 0.4 s");
    }

    @Test
    void theSameSituationGivesTheSameStatusLater() {
        for (Case name : Case.values()) {
            LlmDeploymentStatus first = status(name);
            var later = Cases.of(name, Cases.NOW.plus(Duration.ofHours(1)));

            assertThat(StatusCalculator.calculate(later, first)).as(name.name()).isEqualTo(first);
        }
    }

    @Test
    void onlyAChangeOfTruthIsATransition() {
        LlmDeploymentStatus first = status(Case.Downloading);
        var later = Cases.NOW.plusSeconds(30);
        LlmDeploymentStatus loading = StatusCalculator.calculate(Cases.of(Case.Loading, later), first);
        LlmDeploymentStatus serving = StatusCalculator.calculate(Cases.of(Case.Serving, later), loading);

        assertThat(loading.condition("ModelReady").orElseThrow().getLastTransitionTime())
                .isEqualTo(Cases.NOW.toString());
        assertThat(serving.condition("ModelReady").orElseThrow().getLastTransitionTime())
                .isEqualTo(later.toString());
    }

    @Test
    void howLongLoadingTookIsToldOnce() {
        LlmDeploymentStatus first = status(Case.Serving);
        assertThat(message(first, "ModelReady")).isEqualTo("m-70b loaded in 41 s");
        // Ready again after a moment: nothing was loaded.
        LlmDeploymentStatus next = StatusCalculator.calculate(Cases.of(Case.HalfCrashing, Cases.NOW), first);
        assertThat(message(next, "ModelReady")).isEqualTo("m-70b loaded in 41 s");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                                                        | False PolicyNotFound | there is no LlmFilterPolicy house here
            {name: a, pattern: {expression: 'a+'}}      | True Enforced        | LlmFilterPolicy house has 1 rules
            {name: a, pattern: {expression: '(a'}}      | False PolicyInvalid  | LlmFilterPolicy house: spec.rules[0].pattern.expression: expected a regular expression in RE2's syntax (missing closing )), got "(a"
            {name: a, pii: {own: [{name: b, pattern: '['}]}} | False PolicyInvalid | LlmFilterPolicy house: spec.rules[0].pii.own[0].pattern: expected a regular expression in RE2's syntax (missing closing ]), got "["
            {name: a}                                   | False PolicyInvalid  | LlmFilterPolicy house: spec.rules[0]: a rule needs exactly one of keywords, pattern, pii, sentiment and toxicity
            """)
    void saysWhetherTheFilterPolicyIsThereAndOfUse(@Nullable String rule, String said, String message) {
        LlmFilterPolicy policy = rule == null
                ? null
                : Resources.read("metadata: {name: house}\nspec: {rules: [%s]}".formatted(rule), LlmFilterPolicy.class);

        LlmDeploymentStatus status = StatusCalculator.calculate(Cases.filtered(policy), LlmDeploymentStatus.ABSENT);

        assertThat(said(status, "PolicyReady")).isEqualTo(said);
        assertThat(message(status, "PolicyReady")).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            issued  | true  |                          | True Issued            | the certificate of Secret windlass-m-tls is good until 2027-02-22
            issued  | false |                          | False Rolling          | 0 of 1 pods speak TLS
            issued  | false | gateway g cannot         | False GatewaysNotReady | pods speak plain HTTP as yet: gateway g cannot
            issued  | true  | gateway g cannot         | True Issued            | the certificate of Secret windlass-m-tls is good until 2027-02-22
            failing | true  |                          | False Forbidden        | it may not; the certificate that is there ends on 2027-02-22
            """)
    void saysWhetherPodsSpeakTls(
            String certificate, boolean isSpoken, @Nullable String obstacle, String said, String message) {
        Instant end = Instant.parse("2027-02-22T12:00:00Z");
        CertificateWord word = certificate.equals("issued")
                ? new CertificateWord.Issued(end)
                : new CertificateWord.Failing(end, "Forbidden", "it may not");

        LlmDeploymentStatus status =
                StatusCalculator.calculate(Cases.tls(isSpoken, new Tls(word, obstacle)), LlmDeploymentStatus.ABSENT);

        assertThat(said(status, "TlsReady")).isEqualTo(said);
        assertThat(message(status, "TlsReady")).isEqualTo(message);
        assertThat(status(Case.Serving).condition("TlsReady"))
                .as("where the installation does without")
                .isEmpty();
    }

    @Test
    void aSpecThatCannotBeCarriedOutLeavesTheRestAsItWas() {
        var resource = Cases.of(Case.Serving, Cases.NOW).resource();
        LlmDeploymentStatus serving = status(Case.Serving);

        LlmDeploymentStatus refused =
                StatusCalculator.refused(resource, serving, "SpecValid", "Invalid", "spec.x: wrong", Cases.NOW);

        assertThat(refused.phase()).isEqualTo(LlmDeploymentStatus.Phase.Degraded);
        assertThat(said(refused, "Ready")).isEqualTo("True Invalid");
        assertThat(said(refused, "SpecValid")).isEqualTo("False Invalid");
        assertThat(said(refused, "TrafficReady")).isEqualTo("True Routable");
        assertThat(refused.revisions()).isEqualTo(serving.revisions());
        assertThat(refused.memory()).isEqualTo(serving.memory());
        assertThat(StatusCalculator.refused(
                                resource, LlmDeploymentStatus.ABSENT, "SpecValid", "Invalid", "x", Cases.NOW)
                        .phase())
                .isEqualTo(LlmDeploymentStatus.Phase.Failed);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Downloading | 0          | 0           | 0    |     | begins
            Downloading | 512        | 0           | 0    |     | 512 B
            Downloading | 999        | 1000        | 0    |     | 99 % of 1.00 kB
            Downloading | 1000       | 1000        | 9999 | 0   | 100 % of 1.00 kB, 10.0 kB/s, about 0 s
            Converting  | 1500000000 | 12000000000 | 7    | 600 | 12 % of 12.0 GB, 7 B/s, about 10 min
            Downloading | 1          | 999600      | 0    |     | 0 % of 1.00 MB
            """)
    void progressIsSaidInWordsPeopleUse(
            Loading.Phase phase, long done, long total, long rate, Long remaining, String words) {
        assertThat(LoadingWords.message(new Loading(phase, "m", done, total, rate, remaining)))
                .isEqualTo(words);
    }
}
