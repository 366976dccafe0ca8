package dev.windlass.policy.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Accounts of one process. They are forgotten when they have been idle for two windows, and the idlest where there are too many callers.
 */
public final class MemoryLedger implements Ledger {
    private static final int MOST_TALLIES = 200_000;
    private static final int LOCKS = 64;

    private final LongSupplier nanos;
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];
    private final Cache<Demand.Key, Tally> tallies;

    public MemoryLedger() {
        this(System::nanoTime);
    }

    /** @param nanos a clock that only ever goes on */
    MemoryLedger(LongSupplier nanos) {
        this.nanos = nanos;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
        this.tallies = Caffeine.newBuilder()
                .maximumSize(MOST_TALLIES)
                .ticker(nanos::getAsLong)
                .expireAfter(Expiry.<Demand.Key, Tally>accessing((key, _) -> idle(key.measure())))
                .build();
    }

    /** Who only counts what runs is kept as long as any stream may last. */
    private static Duration idle(Measure measure) {
        return measure == Measure.Concurrent
                ? Duration.ofDays(1)
                : measure.window().multipliedBy(2);
    }

    private record Entry(Demand demand, Tally tally, long window) {}

    @Override
    public Verdict take(List<Demand> demands) {
        var lock = lockOf(demands.getFirst());
        lock.lock();
        try {
            List<Tally> accounts = new ArrayList<>(demands.size());
            for (var demand : demands) {
                var tally = tallies.get(demand.key(), _ -> new Tally(demand, nanos));
                tally.allow(demand.most());
                accounts.add(tally);
            }
            var refused = refuse(demands, accounts);
            if (refused != null) {
                return refused;
            }
            List<Entry> entries = new ArrayList<>(demands.size());
            for (int i = 0; i < demands.size(); i++) {
                var tally = accounts.get(i);
                entries.add(new Entry(
                        demands.get(i), tally, tally.take(demands.get(i).amount())));
            }
            return new Granted(standings(demands, accounts), used -> settle(entries, used));
        } finally {
            lock.unlock();
        }
    }

    private static @Nullable Refused refuse(List<Demand> demands, List<Tally> accounts) {
        int longest = -1;
        Duration wait = Duration.ZERO;
        for (int i = 0; i < demands.size(); i++) {
            long amount = demands.get(i).amount();
            if (!accounts.get(i).has(amount)) {
                var until = accounts.get(i).retryIn(amount);
                if (longest < 0 || until.compareTo(wait) > 0) {
                    longest = i;
                    wait = until;
                }
            }
        }
        if (longest < 0) {
            return null;
        }
        var standings = standings(demands, accounts);
        return new Refused(standings, standings.get(longest), wait);
    }

    private static List<Standing> standings(List<Demand> demands, List<Tally> accounts) {
        List<Standing> standings = new ArrayList<>(demands.size());
        for (int i = 0; i < demands.size(); i++) {
            standings.add(accounts.get(i).standing(demands.get(i)));
        }
        return standings;
    }

    private void settle(List<Entry> entries, Settlement used) {
        var lock = lockOf(entries.getFirst().demand());
        lock.lock();
        try {
            for (var entry : entries) {
                entry.tally().settle(entry.window(), entry.demand().amount(), used.of(entry.demand()));
            }
        } finally {
            lock.unlock();
        }
    }

    /** All of one deployment, since its total is everybody's. */
    private ReentrantLock lockOf(Demand demand) {
        return locks[Math.floorMod(demand.key().deployment().hashCode(), LOCKS)];
    }
}
