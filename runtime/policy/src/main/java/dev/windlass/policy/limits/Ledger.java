package dev.windlass.policy.limits;

import java.time.Duration;
import java.util.List;

/** Keeps the accounts of quotas: in memory, or where several gateways meet. */
public interface Ledger {
    /**
     * Takes all or nothing.
     *
     * @throws dev.windlass.http.ApiException where nothing can be taken since nobody can be asked
     */
    Verdict take(List<Demand> demands);

    /** Whether there was enough, and in any case what is left of each quota, in the order of the demands. */
    sealed interface Verdict {
        List<Standing> standings();
    }

    /** There was enough. */
    record Granted(List<Standing> standings, Receipt receipt) implements Verdict {
        public Granted {
            standings = List.copyOf(standings);
        }
    }

    /**
     * There was not.
     *
     * @param which of the demands has to wait longest
     * @param retryIn until it may be worth asking again
     */
    record Refused(List<Standing> standings, Standing which, Duration retryIn) implements Verdict {
        public Refused {
            standings = List.copyOf(standings);
        }
    }

    /**
     * How a quota stands.
     *
     * @param used in this window, this request included where it was let in; more than the quota where requests took more than they had reserved
     * @param reset until all of it is there again
     */
    record Standing(Demand demand, long used, Duration reset) {
        public long remaining() {
            return Math.max(0, demand.most() - used);
        }
    }

    /** What was taken. */
    interface Receipt {
        /** Gives back what was not used, once. Must not throw and not wait. */
        void settle(Settlement used);
    }

    /**
     * What a request came to.
     *
     * @param tokens that it used in the end, more or fewer than it had reserved
     * @param counts whether it stays among the requests of its minute
     */
    record Settlement(long tokens, boolean counts) {
        /** How much of a demand stays taken. */
        public long of(Demand demand) {
            return switch (demand.measure()) {
                case RequestsPerMinute -> counts ? demand.amount() : 0;
                case TokensPerMinute, TokensPerDay -> tokens;
                case Concurrent -> 0;
            };
        }
    }
}
