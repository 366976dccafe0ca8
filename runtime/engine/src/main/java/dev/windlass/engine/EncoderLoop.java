package dev.windlass.engine;

import dev.windlass.engine.run.EncoderModel;
import dev.windlass.engine.run.EncoderText;
import dev.windlass.engine.schedule.PaddedBatch;
import dev.windlass.engine.schedule.PaddedBatch.Pick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the encoder's thread does: take requests in, and batch by batch choose texts, compute them and hand out what is
 * complete. Only {@link #inbox} and {@link #snapshot} are for other threads.
 */
final class EncoderLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EncoderLoop.class);

    private final EncoderModel model;
    private final EncoderListener listener;
    private final WaitingRoom waitingRoom;
    private final LongSupplier clock;
    private final Inbox<ActiveEncoding> inbox;

    /** In the order of their turns. */
    private final List<ActiveEncoding> live = new ArrayList<>();

    private volatile int running;

    EncoderLoop(EncoderModel model, EncoderListener listener, WaitingRoom waitingRoom, LongSupplier clock) {
        this.model = model;
        this.listener = listener;
        this.waitingRoom = waitingRoom;
        this.clock = clock;
        this.inbox = new Inbox<>(clock);
    }

    // For any thread.

    Inbox<ActiveEncoding> inbox() {
        return inbox;
    }

    EncoderSnapshot snapshot() {
        return new EncoderSnapshot(running, inbox.hasEnded() ? 0 : waitingRoom.size(), inbox.isClosing());
    }

    // For the encoder's thread.

    @Override
    public void run() {
        inbox.begin();
        try {
            while (!inbox.isDone(live.isEmpty())) {
                takeIn();
                if (live.isEmpty()) {
                    rest();
                } else {
                    step();
                }
            }
        } catch (Throwable e) {
            LOG.error("The encoder's engine broke down", e);
        } finally {
            end();
        }
    }

    /** Takes in what was submitted, and takes out what was cancelled or is late. */
    private void takeIn() {
        for (var request = inbox.poll(); request != null; request = inbox.poll()) {
            live.add(request);
        }
        long now = clock.getAsLong();
        for (Iterator<ActiveEncoding> each = live.iterator(); each.hasNext(); ) {
            var request = each.next();
            if (request.isCancelled() || request.isLate(now)) {
                each.remove();
                if (request.queue.isWhole()) {
                    waitingRoom.leave(now);
                }
                fail(request, new EngineException.DeadlineExceeded(request.timeout));
            }
        }
        countRunning();
    }

    /** Choose, compute, hand out. */
    private void step() {
        long begin = clock.getAsLong();
        List<ActiveEncoding> waited =
                live.stream().filter(request -> request.queue.isWhole()).toList();
        List<Pick> picks =
                PaddedBatch.take(live.stream().map(request -> request.queue).toList(), model.maximumTokens());
        announce(waited, begin);
        List<EncoderText> texts = picks.stream()
                .map(pick -> live.get(pick.queue()).texts.get(pick.text()))
                .toList();
        Set<ActiveEncoding> involved = new LinkedHashSet<>();
        picks.forEach(pick -> involved.add(live.get(pick.queue())));
        float[][] rows;
        try {
            rows = model.run(texts);
        } catch (RuntimeException e) {
            LOG.error("A batch of {} texts failed", texts.size(), e);
            live.removeAll(involved);
            involved.forEach(request -> fail(request, new EngineException.StepFailed(e)));
            return;
        }
        for (int i = 0; i < rows.length; i++) {
            live.get(picks.get(i).queue()).put(picks.get(i).text(), rows[i]);
        }
        long now = clock.getAsLong();
        report(texts, Duration.ofNanos(now - begin));
        handOut(involved, now);
    }

    private void announce(List<ActiveEncoding> waited, long now) {
        for (var request : waited) {
            if (!request.queue.isWhole()) {
                waitingRoom.leave(now);
                GuardedListener.guard(() -> listener.started(Duration.ofNanos(now - request.submitted)));
            }
        }
        countRunning();
    }

    private void report(List<EncoderText> texts, Duration took) {
        int tokens = 0;
        int longest = 0;
        for (EncoderText text : texts) {
            tokens += text.length();
            longest = Math.max(longest, text.length());
        }
        int computed = tokens;
        int padding = longest * texts.size() - tokens;
        GuardedListener.guard(() -> listener.computed(texts.size(), computed, padding, took));
    }

    /** Hands out what is complete; what led the batch and has more to compute lets the others have their turn. */
    private void handOut(Set<ActiveEncoding> involved, long now) {
        var leader = live.getFirst();
        for (var request : involved) {
            if (request.isComplete()) {
                live.remove(request);
                request.complete();
                GuardedListener.guard(() -> listener.finished(Duration.ofNanos(now - request.submitted)));
            }
        }
        if (!leader.isComplete()) {
            live.remove(leader);
            live.add(leader);
        }
    }

    private void fail(ActiveEncoding request, EngineException cause) {
        request.fail(cause);
        GuardedListener.guard(listener::failed);
    }

    private void countRunning() {
        int count = 0;
        for (var request : live) {
            count += request.queue.isWhole() ? 0 : 1;
        }
        running = count;
    }

    private void rest() {
        if (inbox.isEmpty() && !inbox.isClosing()) {
            LockSupport.park(this);
        }
    }

    private void end() {
        inbox.end();
        for (var request = inbox.poll(); request != null; request = inbox.poll()) {
            live.add(request);
        }
        live.forEach(request -> fail(request, new EngineException.ShuttingDown()));
        live.clear();
        running = 0;
        try {
            model.close();
        } catch (RuntimeException e) {
            LOG.error("The encoder could not be closed", e);
        }
    }
}
