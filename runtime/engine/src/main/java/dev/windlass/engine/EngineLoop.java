package dev.windlass.engine;

import dev.windlass.engine.GenerationEvent.Failed;
import dev.windlass.engine.GenerationEvent.FinishReason;
import dev.windlass.engine.GenerationEvent.Finished;
import dev.windlass.engine.run.Logits;
import dev.windlass.engine.run.ModelRunner;
import dev.windlass.engine.schedule.Plan;
import dev.windlass.engine.schedule.Scheduler;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the engine's thread does: take requests in, and step by step schedule, run and postprocess. Scheduler, runner and
 * sampler are confined to that thread; only {@link #inbox} and {@link #snapshot} are for others.
 */
final class EngineLoop implements Runnable {
    /** How long a step may take before whoever closes the engine gives up waiting for it. */
    static final Duration LONGEST_STEP = Duration.ofSeconds(30);

    /** How long the thread sleeps when nothing can be computed but requests live, whose deadlines must be seen. */
    private static final long NAP = Duration.ofMillis(20).toNanos();

    private static final Logger LOG = LoggerFactory.getLogger(EngineLoop.class);

    private final ModelRunner runner;
    private final EngineOptions options;
    private final EngineListener listener;
    private final WaitingRoom waitingRoom;
    private final LongSupplier clock;
    private final Scheduler<ActiveRequest> scheduler;
    private final Postprocessor postprocessor;
    private final Inbox<ActiveRequest> inbox;
    private final Set<ActiveRequest> live = new LinkedHashSet<>();
    private int failures;
    private volatile EngineSnapshot snapshot;

    EngineLoop(
            ModelRunner runner,
            int vocabularySize,
            EngineOptions options,
            EngineListener listener,
            WaitingRoom waitingRoom,
            LongSupplier clock) {
        this.runner = runner;
        this.options = options;
        this.listener = listener;
        this.waitingRoom = waitingRoom;
        this.clock = clock;
        this.inbox = new Inbox<>(clock);
        this.scheduler = new Scheduler<>(options.limits(runner.vocabularySize()), runner.slots());
        this.postprocessor = new Postprocessor(vocabularySize, runner.capacity());
        this.snapshot = new EngineSnapshot(0, 0, 0, runner.slots(), 0, false);
    }

    // For any thread.

    Inbox<ActiveRequest> inbox() {
        return inbox;
    }

    EngineSnapshot snapshot() {
        var last = snapshot;
        int waiting = inbox.hasEnded() ? 0 : Math.max(waitingRoom.size(), last.waiting());
        return new EngineSnapshot(
                last.running(), waiting, last.paused(), last.slots(), last.kvUsage(), inbox.isClosing());
    }

    // For the engine's thread.

    @Override
    public void run() {
        inbox.begin();
        try {
            while (!inbox.isDone(live.isEmpty())) {
                takeIn();
                if (!step()) {
                    rest();
                }
            }
        } catch (Throwable e) {
            LOG.error("The engine broke down", e);
            listener.broken(e);
        } finally {
            end();
        }
    }

    /** Takes in what was submitted, and takes out what was cancelled or is late. */
    private void takeIn() {
        for (var request = inbox.poll(); request != null; request = inbox.poll()) {
            live.add(request);
            scheduler.add(request);
            listener.queued(request.request);
        }
        long now = clock.getAsLong();
        for (Iterator<ActiveRequest> each = live.iterator(); each.hasNext(); ) {
            var request = each.next();
            if (request.events.isCancelled()) {
                each.remove();
                finish(request, new Postprocessor.End(FinishReason.ABORT, "", null), now);
            } else if (now - request.deadline >= 0) {
                each.remove();
                fail(request, new EngineException.DeadlineExceeded(request.request.timeout()), now);
            } else {
                heedReader(request, now);
            }
        }
    }

    /** Leaves a request aside while its reader lags, at first with its slot and then without. */
    private void heedReader(ActiveRequest request, long now) {
        boolean full = request.events.isFull();
        if (full && !request.isPaused()) {
            request.pausedSince = now;
        } else if (full
                && request.isRunning()
                && now - request.pausedSince >= options.patience().toNanos()) {
            scheduler.preempt(request);
            listener.preempted(request.request);
        }
        request.pause(full);
    }

    /** Schedule, run, postprocess; says whether there was anything to do. */
    private boolean step() {
        long begin = clock.getAsLong();
        Plan<ActiveRequest> plan = scheduler.plan();
        long planned = clock.getAsLong();
        announce(plan, planned);
        if (plan.isEmpty()) {
            publishSnapshot();
            return false;
        }
        Logits logits;
        try {
            logits = run(plan);
        } catch (RuntimeException e) {
            failed(plan, e);
            return true;
        }
        failures = 0;
        scheduler.completed(plan);
        long ran = clock.getAsLong();
        int sampled = postprocess(plan, logits, ran);
        publishSnapshot();
        listener.stepped(statistics(plan, sampled, begin, planned, ran));
        return true;
    }

    private void announce(Plan<ActiveRequest> plan, long now) {
        for (var request : plan.preempted()) {
            listener.preempted(request.request);
        }
        for (var request : plan.started()) {
            if (!request.hasStarted()) {
                request.start(now);
                waitingRoom.leave(now);
                listener.started(request.request, Duration.ofNanos(now - request.submitted), request.cached());
            }
        }
    }

    private Logits run(Plan<ActiveRequest> plan) {
        for (var copy : plan.copies()) {
            runner.copy(copy.source(), copy.target(), copy.length());
        }
        return runner.run(plan.batch());
    }

    private void failed(Plan<ActiveRequest> plan, RuntimeException cause) {
        long now = clock.getAsLong();
        failures++;
        LOG.error("A step with {} sequences failed", plan.work().size(), cause);
        for (var request : scheduler.failed(plan)) {
            live.remove(request);
            fail(request, new EngineException.StepFailed(cause), now);
        }
        publishSnapshot();
        listener.stepFailed(cause, failures);
    }

    private int postprocess(Plan<ActiveRequest> plan, Logits logits, long now) {
        int sampled = 0;
        int row = 0;
        List<Plan.Work<ActiveRequest>> all = plan.work();
        for (int i = 0; i < all.size(); i++) {
            var work = all.get(i);
            var request = work.sequence();
            int rows = work.span().logits();
            try {
                postprocessor.score(work, logits, row);
                if (work.samples()) {
                    sampled++;
                    var end = postprocessor.next(request, logits.row(row + rows - 1));
                    tick(request, now);
                    if (end != null) {
                        live.remove(request);
                        finish(request, end, now);
                    }
                }
            } catch (RuntimeException e) {
                LOG.error("Request {} failed after its step", request.request.id(), e);
                live.remove(request);
                fail(request, new EngineException.StepFailed(e), now);
            }
            row += rows;
        }
        return sampled;
    }

    private void tick(ActiveRequest request, long now) {
        if (request.generated() == 1) {
            listener.firstToken(request.request, Duration.ofNanos(now - request.submitted));
        } else {
            listener.nextToken(request.request, Duration.ofNanos(now - request.lastToken()));
        }
        request.tick(now);
    }

    private void finish(ActiveRequest request, Postprocessor.End end, long now) {
        leave(request, now);
        var usage = request.usage(now);
        request.events.publish(new Finished(end.reason(), end.text(), end.stop(), usage));
        listener.finished(request.request, end.reason(), usage);
    }

    private void fail(ActiveRequest request, EngineException cause, long now) {
        leave(request, now);
        request.events.publish(new Failed(cause));
        listener.failed(request.request, cause);
    }

    private void leave(ActiveRequest request, long now) {
        scheduler.remove(request);
        if (!request.hasStarted()) {
            waitingRoom.leave(now);
        }
    }

    private StepStatistics statistics(Plan<ActiveRequest> plan, int sampled, long begin, long planned, long ran) {
        int decode = 0;
        int prefill = 0;
        for (var work : plan.work()) {
            int count = work.span().count();
            decode += count == 1 ? 1 : 0;
            prefill += count == 1 ? 0 : count;
        }
        int copied = 0;
        for (var copy : plan.copies()) {
            copied += copy.length();
        }
        return new StepStatistics(
                plan.work().size(),
                decode,
                prefill,
                sampled,
                copied,
                Duration.ofNanos(planned - begin),
                Duration.ofNanos(ran - planned),
                Duration.ofNanos(clock.getAsLong() - ran));
    }

    private void publishSnapshot() {
        int paused = 0;
        for (var request : live) {
            paused += request.isPaused() ? 1 : 0;
        }
        double positions = (double) options.maximumSequences() * runner.capacity();
        snapshot = new EngineSnapshot(
                scheduler.running().size(),
                scheduler.waiting(),
                paused,
                runner.slots(),
                scheduler.positions() / positions,
                inbox.isClosing());
    }

    private void rest() {
        if (!inbox.isEmpty()) {
            return;
        }
        if (live.isEmpty() && !inbox.isClosing()) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, NAP);
        }
    }

    private void end() {
        inbox.end();
        for (var request = inbox.poll(); request != null; request = inbox.poll()) {
            live.add(request);
        }
        for (var request : live) {
            var cause = new EngineException.ShuttingDown();
            request.events.publish(new Failed(cause));
            listener.failed(request.request, cause);
        }
        live.clear();
        snapshot = new EngineSnapshot(0, 0, 0, runner.slots(), 0, true);
        try {
            runner.close();
        } catch (RuntimeException e) {
            LOG.error("The model runner could not be closed", e);
        }
    }
}
