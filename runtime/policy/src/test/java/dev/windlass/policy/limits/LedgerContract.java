package dev.windlass.policy.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.policy.limits.Ledger.Granted;
import dev.windlass.policy.limits.Ledger.Refused;
import dev.windlass.policy.limits.Ledger.Settlement;
import dev.windlass.policy.limits.Ledger.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What every ledger has to do. */
public abstract class LedgerContract {
    protected static final Duration MINUTE = Duration.ofMinutes(1);

    protected abstract Ledger ledger();

    /** Lets time go by. */
    protected abstract void passes(Duration time);

    /** Returns when what was settled is. */
    protected abstract void settled();

    protected static Demand demand(String caller, Measure measure, long most, long amount) {
        return new Demand(new Demand.Key("default/m", caller, measure), most, amount);
    }

    protected Verdict take(Demand... demands) {
        return ledger().take(List.of(demands));
    }

    private static long remaining(Verdict verdict) {
        return verdict.standings().getFirst().remaining();
    }

    private void settle(Verdict verdict, long tokens, boolean counts) {
        assertThat(verdict).isInstanceOf(Granted.class);
        ((Granted) verdict).receipt().settle(new Settlement(tokens, counts));
        settled();
    }

    @Test
    void fiveAMinuteAreFiveAMinute() {
        var request = demand("a", Measure.RequestsPerMinute, 5, 1);
        for (int left = 4; left >= 0; left--) {
            var granted = take(request);
            assertThat(granted).isInstanceOf(Granted.class);
            assertThat(remaining(granted)).isEqualTo(left);
            passes(Duration.ofSeconds(5));
        }

        var sixth = take(request);

        assertThat(sixth).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.which().used()).isEqualTo(5);
            assertThat(refused.retryIn()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(35));
            assertThat(refused.which().reset()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(35));
            passes(refused.retryIn());
        });
        for (int i = 0; i < 5; i++) {
            assertThat(take(request)).isInstanceOf(Granted.class);
        }
        assertThat(take(request)).isInstanceOf(Refused.class);
    }

    @Test
    void whatOneQuotaRefusesIsTakenOfNone() {
        var mine = demand("a", Measure.RequestsPerMinute, 10, 1);
        var all = demand("", Measure.TokensPerMinute, 100, 60);
        assertThat(take(mine, all)).isInstanceOf(Granted.class);

        var refused = take(mine, all);

        assertThat(refused)
                .isInstanceOfSatisfying(
                        Refused.class, r -> assertThat(r.which().demand()).isEqualTo(all));
        assertThat(refused.standings().getFirst().used()).isEqualTo(1);
        assertThat(remaining(take(mine))).isEqualTo(8);
        assertThat(take(mine, demand("", Measure.TokensPerMinute, 100, 40))).isInstanceOf(Granted.class);
    }

    @Test
    void givesBackWhatWasNotUsed() {
        var tokens = demand("a", Measure.TokensPerMinute, 100, 80);
        var request = demand("a", Measure.RequestsPerMinute, 10, 1);
        settle(take(tokens, request), 30, true);
        assertThat(remaining(take(demand("a", Measure.TokensPerMinute, 100, 70))))
                .isZero();
        assertThat(remaining(take(request))).isEqualTo(8);
    }

    @Test
    void aRequestThatDoesNotCountIsGivenBack() {
        var request = demand("a", Measure.RequestsPerMinute, 2, 1);
        settle(take(request), 0, false);
        assertThat(remaining(take(request))).isEqualTo(1);
    }

    @Test
    void whatWasReservedInAMinuteThatIsOverIsNotGivenToTheNext() {
        var tokens = demand("a", Measure.TokensPerMinute, 100, 80);
        var late = take(tokens);
        passes(MINUTE.plusSeconds(1));
        assertThat(remaining(take(tokens))).isEqualTo(20);

        settle(late, 0, true);

        assertThat(take(tokens)).isInstanceOf(Refused.class);
    }

    @Test
    void whoTookMoreThanReservedWaitsLonger() {
        var tokens = demand("a", Measure.TokensPerMinute, 100, 50);
        settle(take(tokens), 180, true);

        assertThat(take(tokens)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.which().used()).isEqualTo(180);
            assertThat(refused.retryIn()).isBetween(MINUTE.multipliedBy(2).minusSeconds(5), MINUTE.multipliedBy(2));
        });
        passes(MINUTE);
        assertThat(remaining(take(demand("a", Measure.TokensPerMinute, 100, 20))))
                .isZero();
    }

    @Test
    void whatRunsIsCountedUntilItEnds() {
        var runs = demand("a", Measure.Concurrent, 2, 1);
        var first = take(runs);
        assertThat(take(runs)).isInstanceOf(Granted.class);
        assertThat(take(runs)).isInstanceOf(Refused.class);
        settle(first, 0, true);
        assertThat(take(runs)).isInstanceOf(Granted.class);
        assertThat(take(runs)).isInstanceOf(Refused.class);
    }

    @Test
    void callersAndDeploymentsHaveQuotasOfTheirOwn() {
        assertThat(take(demand("a", Measure.RequestsPerMinute, 1, 1))).isInstanceOf(Granted.class);
        assertThat(take(demand("b", Measure.RequestsPerMinute, 1, 1))).isInstanceOf(Granted.class);
        assertThat(take(demand("", Measure.RequestsPerMinute, 1, 1))).isInstanceOf(Granted.class);
        var other = new Demand(new Demand.Key("default/n", "a", Measure.RequestsPerMinute), 1, 1);
        assertThat(take(other)).isInstanceOf(Granted.class);
        assertThat(take(demand("a", Measure.RequestsPerMinute, 1, 1))).isInstanceOf(Refused.class);
    }

    @Test
    void aQuotaThatChangesCountsAtOnce() {
        take(demand("a", Measure.TokensPerDay, 100, 60));
        assertThat(take(demand("a", Measure.TokensPerDay, 50, 1))).isInstanceOf(Refused.class);
        assertThat(remaining(take(demand("a", Measure.TokensPerDay, 200, 40)))).isEqualTo(100);
    }

    @Test
    void manyAtOnceGetNoMoreThanThereIs() throws Exception {
        var granted = new AtomicInteger();
        var tokens = new AtomicLong();
        var random = RandomGenerator.of("L64X128MixRandom");
        long[] amounts = random.longs(2000, 1, 50).toArray();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (long amount : amounts) {
                threads.execute(() -> {
                    var verdict = take(
                            demand("a", Measure.RequestsPerMinute, 300, 1),
                            demand("", Measure.TokensPerMinute, 5000, amount));
                    if (verdict instanceof Granted g) {
                        granted.incrementAndGet();
                        // Half of them need a half.
                        long used = amount % 2 == 0 ? amount / 2 : amount;
                        tokens.addAndGet(used);
                        g.receipt().settle(new Settlement(used, true));
                    }
                });
            }
        }
        settled();
        assertThat(granted.get()).isBetween(90, 300);
        assertThat(tokens.get()).isBetween(2000L, 5000L);
        var after =
                take(demand("a", Measure.RequestsPerMinute, 1000, 1), demand("", Measure.TokensPerMinute, 100_000, 1));
        assertThat(after.standings().get(0).used()).isEqualTo(granted.get() + 1);
        assertThat(after.standings().get(1).used()).isEqualTo(tokens.get() + 1);
    }
}
