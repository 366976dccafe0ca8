package dev.windlass.policy.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.windlass.api.LimitsSpec.Quota;
import dev.windlass.http.ApiException;
import dev.windlass.policy.Arrival;
import dev.windlass.policy.Caller;
import dev.windlass.policy.Ending;
import dev.windlass.policy.Ending.Outcome;
import dev.windlass.policy.Passage;
import dev.windlass.policy.TestArrival;
import dev.windlass.policy.Usage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static final String HI = """
            {"model":"m","max_tokens":50,"messages":[{"role":"user","content":"Hi"}]}""";
    private final AtomicLong nanos = new AtomicLong();
    private final LimitMeter meter = new LimitMeter(nanos::get);
    private final Limits limits = new Limits(new MemoryLedger(nanos::get), meter);

    private static Quota requests(int most) {
        return new Quota(most, null, null, null);
    }

    private static Quota tokens(long perMinute, long perDay) {
        return new Quota(null, perMinute, perDay, null);
    }

    private static Ending ending(Outcome outcome, @Nullable Usage usage, long contents) {
        return new Ending(outcome, outcome == Outcome.Failed ? 502 : 200, "m-1", usage, contents);
    }

    private ApiException refuse(Arrival arrival) {
        var refused = catchThrowableOfType(ApiException.class, () -> limits.admit(arrival));
        assertThat(refused).as("a refusal").isNotNull();
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.code()).contains("rate_limit_exceeded");
        return refused;
    }

    @Test
    void letsPassWhatNothingLimits() {
        assertThat(limits.admit(new TestArrival().body(HI))).isSameAs(Passage.FREE);
        // Without keys nobody is told apart.
        assertThat(limits.admit(new TestArrival().limits(requests(1), null).body(HI)))
                .isSameAs(Passage.FREE);
    }

    @Test
    void tellsEveryAnswerHowTheCallerStands() {
        var setting = new TestArrival().limits(requests(5), tokens(1000, 0)).caller("alice");
        var arrival = setting.body(HI);
        limits.admit(arrival);
        // 58 reserved: 50 for the answer, 8 for the message, 4 + 2 + 4 + 7 bytes for its words and names.
        assertThat(arrival.replied())
                .containsEntry("x-ratelimit-limit-requests", "5")
                .containsEntry("x-ratelimit-remaining-requests", "4")
                .containsEntry("x-ratelimit-reset-requests", "1m0s")
                .containsEntry("x-ratelimit-limit-tokens", "1000")
                .containsEntry("x-ratelimit-remaining-tokens", Long.toString(1000 - 50 - 8 - 6))
                .containsEntry("x-ratelimit-reset-tokens", "1m0s");
    }

    @Test
    void refusesTheSixthOfFiveAsOpenAiDoes() {
        var setting = new TestArrival().limits(requests(5), null).caller("alice");
        for (int i = 0; i < 5; i++) {
            limits.admit(setting.body(HI));
        }
        nanos.addAndGet(Duration.ofMillis(39_500).toNanos());
        var arrival = setting.body(HI);

        var refused = refuse(arrival);

        assertThat(refused.type()).isEqualTo("requests");
        assertThat(refused.reason())
                .isEqualTo(
                        "Rate limit reached for default/m on requests per min (RPM): Limit 5, Used 5, Requested 1. Please try again in 20.5s.");
        assertThat(refused.retryAfter()).contains(Duration.ofMillis(20_500));
        assertThat(arrival.replied())
                .containsEntry("x-ratelimit-remaining-requests", "0")
                .containsEntry("x-ratelimit-reset-requests", "20.5s");
        assertThat(meter.read()).containsExactly(new LimitMeter.Reading("default/m", "perKey.requestsPerMinute", 1, 1));
        limits.admit(setting.caller("bob").body(HI));
    }

    @Test
    void aCallersOwnQuotaIsInThePlaceOfTheOthers() {
        var vip = new Caller("vip", requests(2));
        var setting = new TestArrival().limits(requests(1), null).caller(vip);
        limits.admit(setting.body(HI));
        limits.admit(setting.body(HI));
        refuse(setting.body(HI));
        // Also where the resource has none for keys.
        limits.admit(new TestArrival().caller(new Caller("free", requests(1))).body(HI));
        refuse(new TestArrival().caller(new Caller("free", requests(1))).body(HI));
    }

    @Test
    void whichLimitsThereAreIsKnownBeforeAnybodyComesToThem() {
        assertThat(LimitMeter.limits(tokens(0, 0), List.of())).isEmpty();
        assertThat(LimitMeter.limits(tokens(0, 9), List.of(requests(1), tokens(5, 0))))
                .containsExactlyInAnyOrder("total.tokensPerDay", "perKey.requestsPerMinute", "perKey.tokensPerMinute");
    }

    @Test
    void reservesTheMostAndGivesBackTheRest() {
        var setting = new TestArrival().limits(null, tokens(200, 1000));
        var first = limits.admit(setting.body(HI));
        var second = limits.admit(setting.body(HI));
        var third = limits.admit(setting.body(HI));
        assertThat(refuse(setting.body(HI)).type()).isEqualTo("tokens");

        first.end(ending(Outcome.Completed, new Usage(5, 3, 0), 0));
        second.end(ending(Outcome.Failed, null, 10));
        third.end(ending(Outcome.Left, null, 10));

        var arrival = setting.body(HI);
        limits.admit(arrival);
        // 8 that were used, 14 + 10 that were seen, and the 64 of this one.
        assertThat(arrival.replied()).containsEntry("x-ratelimit-remaining-tokens", Long.toString(200 - 8 - 24 - 64));
    }

    @Test
    void whoLeavesBeforeAnybodyAnsweredOrGetsWhatWasThereHasUsedNothing() {
        var setting = new TestArrival().limits(null, tokens(100, 0));
        limits.admit(setting.body(HI)).end(new Ending(Outcome.Left, 0, null, null, 0));
        limits.admit(setting.body(HI)).end(ending(Outcome.Completed, Usage.NOTHING, 0));
        var arrival = setting.body(HI);
        limits.admit(arrival);
        assertThat(arrival.replied()).containsEntry("x-ratelimit-remaining-tokens", "36");
    }

    @Test
    void aRefusedRequestCountsAndAFailedOneDoesNot() {
        var setting = new TestArrival().limits(null, requests(2));
        limits.admit(setting.body(HI)).end(new Ending(Outcome.Failed, 502, null, null, 0));
        limits.admit(setting.body(HI)).end(new Ending(Outcome.Refused, 400, "m-1", null, 0));
        limits.admit(setting.body(HI));
        refuse(setting.body(HI));
    }

    @Test
    void countsWhatRuns() {
        var setting = new TestArrival().limits(null, new Quota(null, null, null, 1));
        var running = limits.admit(setting.body(HI));
        var refused = refuse(setting.body(HI));
        assertThat(refused.reason()).contains("concurrent requests: Limit 1, Used 1");
        assertThat(refused.retryAfter()).contains(Duration.ofSeconds(1));
        running.end(ending(Outcome.Completed, null, 0));
        limits.admit(setting.body(HI));
    }

    @Test
    void saysWhereWaitingDoesNotHelp() {
        var refused = refuse(new TestArrival().limits(null, tokens(40, 0)).body(HI));
        assertThat(refused.reason())
                .startsWith(
                        "Request too large for default/m (all callers) on tokens per min (TPM): Limit 40, Requested 64.");
        assertThat(refused.retryAfter()).isEmpty();
        assertThat(meter.read()).containsExactly(new LimitMeter.Reading("default/m", "total.tokensPerMinute", 1, 0));
    }

    @Test
    void aRequestThatDoesNotSayHowMuchItWantsReservesNoMoreThanThereCanBe() {
        String open = """
                {"model":"m","messages":[{"role":"user","content":"Hi"}]}""";
        var setting = new TestArrival().limits(null, tokens(500, 0));
        limits.admit(setting.body(open)).end(ending(Outcome.Completed, new Usage(4, 6, 0), 0));
        limits.admit(setting.body(HI));
        refuse(setting.body(open));
    }

    @Test
    void tellsTheRuntimeTheBoundsOfOneRequest() {
        var arrival = new TestArrival().limits(null, null, 100, 20).body(HI);
        assertThat(limits.admit(arrival)).isSameAs(Passage.FREE);
        assertThat(arrival.forwarded())
                .containsEntry("x-windlass-max-input-tokens", "100")
                .containsEntry("x-windlass-max-output-tokens", "20");
    }

    @Test
    void knowsHowNearToTheirQuotasCallersCame() {
        var setting = new TestArrival().limits(requests(4), null);
        limits.admit(setting.caller("a").body(HI));
        limits.admit(setting.caller("b").body(HI));
        limits.admit(setting.caller("b").body(HI));
        assertThat(meter.read()).extracting(LimitMeter.Reading::used).containsExactly(0.5);
        nanos.addAndGet(Duration.ofMinutes(2).toNanos());
        assertThat(meter.read()).extracting(LimitMeter.Reading::used).containsExactly(0.0);
    }
}
