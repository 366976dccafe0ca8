package dev.windlass.server.load;

import dev.windlass.model.artifact.Progress;
import dev.windlass.model.digest.Sha256;
import dev.windlass.server.registry.LoadState;
import dev.windlass.server.registry.LoadState.Phase;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures how fast loading a model goes. The rate is that of the last ten seconds, up to the moment of the question: one that
 * stalls sinks, although nobody reports anything then.
 */
public final class LoadMeter implements LoadListener {
    private static final long WINDOW = Duration.ofSeconds(10).toNanos();
    private static final long APART = Duration.ofMillis(200).toNanos();

    private final String model;
    private final LongSupplier nanoTime;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private Phase phase = Phase.Loading;
    private long done;
    private long total;
    private @Nullable String revision;
    private @Nullable String digest;

    /** How much was done at one moment. */
    private record Sample(long at, long done) {}

    public LoadMeter(String model) {
        this(model, System::nanoTime);
    }

    LoadMeter(String model, LongSupplier nanoTime) {
        this.model = model;
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized void downloading(long done, long total) {
        at(Phase.Downloading, done, total);
    }

    @Override
    public synchronized void fetched(String found, @Nullable Sha256 known) {
        revision = found.isEmpty() ? null : found;
        digest = known == null ? null : known.hex();
    }

    @Override
    public synchronized void converting(Progress.Phase part, long done, long total) {
        // Each part reads all the bytes again, and begins at none.
        at(Phase.Converting, done, total);
    }

    @Override
    public synchronized void opening() {
        at(Phase.Loading, 0, 0);
    }

    private void at(Phase now, long position, long of) {
        if (now != phase || position < done || of != total) {
            samples.clear();
        }
        phase = now;
        done = position;
        total = of;
        long at = nanoTime.getAsLong();
        if (samples.isEmpty() || at - samples.getLast().at() >= APART) {
            samples.addLast(new Sample(at, position));
            forget(at);
        }
    }

    /** Keeps one sample that is older than the window, so that there always is one to compare with. */
    private void forget(long now) {
        while (samples.size() > 1) {
            Sample oldest = samples.removeFirst();
            if (now - samples.getFirst().at() < WINDOW) {
                samples.addFirst(oldest);
                return;
            }
        }
    }

    /** How far it is now. */
    public synchronized LoadState state() {
        long now = nanoTime.getAsLong();
        forget(now);
        long rate = rate(now);
        return new LoadState(phase, model, done, total, rate, remaining(rate), revision, digest);
    }

    private long rate(long now) {
        Sample oldest = samples.peekFirst();
        double seconds = oldest == null ? 0 : (now - oldest.at()) / 1e9;
        return oldest == null || seconds <= 0 ? 0 : Math.round((done - oldest.done()) / seconds);
    }

    private @Nullable Long remaining(long rate) {
        return total <= 0 || rate <= 0 ? null : Math.ceilDiv(Math.max(0, total - done), rate);
    }
}
