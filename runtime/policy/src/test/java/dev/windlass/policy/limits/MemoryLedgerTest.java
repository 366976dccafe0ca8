package dev.windlass.policy.limits;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

class MemoryLedgerTest extends LedgerContract {
    private final AtomicLong nanos = new AtomicLong(12_345_678_901L);
    private final MemoryLedger ledger = new MemoryLedger(nanos::get);

    @Override
    protected Ledger ledger() {
        return ledger;
    }

    @Override
    protected void passes(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Override
    protected void settled() {}
}
