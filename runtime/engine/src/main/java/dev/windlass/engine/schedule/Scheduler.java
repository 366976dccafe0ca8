package dev.windlass.engine.schedule;

import dev.windlass.engine.run.Span;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;

/**
 * Decides what each step computes. There is no prefill phase and no decode phase: a step spends its token budget on
 * sequences whose computed count lags their token count, first a token for each that decodes, then chunks of prompts in
 * the order of priority and arrival.
 *
 * <p>One step is {@link #plan}, then {@link #completed} or {@link #failed}, then {@link Sequence#append} for those that
 * sampled. Confined to one thread.
 */
public final class Scheduler<S extends Sequence> {
    /** How many of those waiting a step looks at: some may wait for a prefix, and others pass them. */
    private static final int CONSIDERED = 256;

    private final SchedulingLimits limits;
    private final KvSlots slots;
    private final TreeSet<S> waiting = new TreeSet<>(Sequence.ORDER);

    /** Those with a slot, in order. */
    private final ArrayList<S> running = new ArrayList<>();

    private long steps;

    /** @param slots how many the runner has; those beyond {@code maximumSequences} only keep prefixes */
    public Scheduler(SchedulingLimits limits, int slots) {
        if (slots < limits.maximumSequences()) {
            throw new IllegalArgumentException("slots: expected at least as many as sequences (%d), got %d"
                    .formatted(limits.maximumSequences(), slots));
        }
        this.limits = limits;
        this.slots = new KvSlots(slots);
    }

    /** Lets a sequence wait for its slot. */
    public void add(S sequence) {
        waiting.add(sequence);
    }

    /** Forgets a sequence that ended, wherever it is. */
    public void remove(S sequence) {
        if (sequence.isRunning()) {
            running.remove(sequence);
            release(sequence);
        } else {
            waiting.remove(sequence);
        }
    }

    /** Takes the slot of a running sequence: it waits again and is recomputed later. */
    public void preempt(S sequence) {
        running.remove(sequence);
        release(sequence);
        waiting.add(sequence);
    }

    public List<S> running() {
        return Collections.unmodifiableList(running);
    }

    public int waiting() {
        return waiting.size();
    }

    /** How many positions of keys and values the running sequences hold. */
    public long positions() {
        long positions = 0;
        for (int i = 0; i < running.size(); i++) {
            positions += running.get(i).computed();
        }
        return positions;
    }

    /** Decides the next step. */
    public Plan<S> plan() {
        var started = new ArrayList<S>();
        var preempted = new ArrayList<S>();
        var copies = new ArrayList<SlotCopy>();
        if (limits.preemptionInterval() > 0 && ++steps % limits.preemptionInterval() == 0) {
            preemptLastProgressed(preempted);
        }
        int budget = limits.tokenBudget() - decoding();
        admit(budget, started, preempted, copies);
        if (hasWork()) {
            slots.compact(copies);
        }
        return new Plan<>(copies, spend(limits.tokenBudget()), slots.lengths(), started, preempted);
    }

    /** Takes note that a plan's work is done. */
    public void completed(Plan<S> plan) {
        for (var work : plan.work()) {
            slots.advance(work.sequence(), work.span().count());
        }
    }

    /**
     * Takes note that a plan's copies or its work failed: whatever they touched is not to be relied on. The sequences of
     * the plan's work are forgotten; others whose slot was written to wait again.
     *
     * @return the sequences forgotten
     */
    public List<S> failed(Plan<S> plan) {
        var lost = new ArrayList<S>();
        for (var work : plan.work()) {
            int slot = work.span().slot();
            lost.add(work.sequence());
            remove(work.sequence());
            slots.forget(slot);
        }
        for (var copy : plan.copies()) {
            running.stream()
                    .filter(one -> one.slot() == copy.target())
                    .findFirst()
                    .ifPresent(this::preempt);
            if (slots.owner(copy.target()) == null) {
                slots.forget(copy.target());
            }
        }
        return lost;
    }

    private boolean hasWork() {
        for (int i = 0; i < running.size(); i++) {
            if (!running.get(i).isPaused()) {
                return true;
            }
        }
        return false;
    }

    private int decoding() {
        int decoding = 0;
        for (int i = 0; i < running.size(); i++) {
            if (running.get(i).remaining() == 1 && !running.get(i).isPaused()) {
                decoding++;
            }
        }
        return decoding;
    }

    /** Gives slots to those waiting who would get tokens of the budget in this very step. */
    private void admit(int budget, List<S> started, List<S> preempted, List<SlotCopy> copies) {
        for (S sequence : firstWaiting()) {
            if (budget <= ahead(sequence)) {
                return;
            }
            if (limits.reusePrefixes() && gainsByWaiting(sequence)) {
                continue;
            }
            if (!makeRoom(sequence, preempted)) {
                return;
            }
            waiting.remove(sequence);
            slots.place(sequence, limits.reusePrefixes(), copies);
            int place = Collections.binarySearch(running, sequence, Sequence.ORDER);
            running.add(-place - 1, sequence);
            started.add(sequence);
        }
    }

    private List<S> firstWaiting() {
        boolean full = running.size() == limits.maximumSequences();
        if (waiting.isEmpty()
                || full && waiting.first().priority() >= running.getLast().priority()) {
            return List.of();
        }
        var first = new ArrayList<S>();
        for (S sequence : waiting) {
            if (first.size() == CONSIDERED) {
                break;
            }
            if (!sequence.isPaused()) {
                first.add(sequence);
            }
        }
        return first;
    }

    /** How much of the budget goes to prompts that come before this sequence. */
    private int ahead(Sequence sequence) {
        int tokens = 0;
        for (int i = 0; i < running.size(); i++) {
            var other = running.get(i);
            if (Sequence.ORDER.compare(other, sequence) > 0) {
                break;
            }
            if (other.remaining() > 1 && !other.isPaused()) {
                tokens += chunk(other);
            }
        }
        return tokens;
    }

    private boolean makeRoom(S sequence, List<S> preempted) {
        if (running.size() < limits.maximumSequences()) {
            return true;
        }
        if (running.getLast().priority() <= sequence.priority()) {
            return false;
        }
        preempted.add(preemptLast());
        return true;
    }

    /** One that generated something since it got its slot: else sequences could be recomputed for ever. */
    private void preemptLastProgressed(List<S> preempted) {
        for (int i = running.size() - 1; i >= 0; i--) {
            S sequence = running.get(i);
            if (sequence.hasProgressed()) {
                preempt(sequence);
                preempted.add(sequence);
                return;
            }
        }
    }

    private S preemptLast() {
        S last = running.getLast();
        preempt(last);
        return last;
    }

    /** Whether a sequence ahead is about to compute a prefix that this one would otherwise compute again. */
    private boolean gainsByWaiting(Sequence sequence) {
        int coming = 0;
        for (int i = 0; i < running.size(); i++) {
            var other = running.get(i);
            if (Sequence.ORDER.compare(other, sequence) > 0) {
                break;
            }
            if (other.remaining() > 1 && !other.isPaused()) {
                int limit = Math.min(sequence.reusable(), other.length());
                coming = Math.max(coming, KvSlots.prefix(sequence.tokens(), other.tokens(), limit));
            }
        }
        return coming >= KvSlots.SMALLEST_COPY && coming > slots.longestPrefix(sequence);
    }

    private List<Plan.Work<S>> spend(int budget) {
        var work = new ArrayList<Plan.Work<S>>(running.size());
        int left = budget;
        for (int i = 0; i < running.size(); i++) {
            S sequence = running.get(i);
            if (sequence.remaining() == 1 && !sequence.isPaused()) {
                work.add(work(sequence, 1));
                left--;
            }
        }
        for (int i = 0; i < running.size() && left > 0; i++) {
            S sequence = running.get(i);
            if (sequence.remaining() > 1 && !sequence.isPaused()) {
                int count = Math.min(left, chunk(sequence));
                work.add(work(sequence, count));
                left -= count;
            }
        }
        return work;
    }

    private int chunk(Sequence sequence) {
        if (sequence.isScoring()) {
            int rest = sequence.promptLength() - sequence.computed();
            return Math.min(rest, Math.min(limits.chunk(), limits.scoredChunk()));
        }
        return Math.min(sequence.remaining(), limits.chunk());
    }

    private Plan.Work<S> work(S sequence, int count) {
        int start = sequence.computed();
        boolean samples = start + count == sequence.length();
        int rows = sequence.isScoring() ? count : samples ? 1 : 0;
        return new Plan.Work<>(sequence, new Span(sequence.slot(), start, sequence.tokens(), count, rows));
    }

    private void release(S sequence) {
        int slot = sequence.slot();
        slots.release(sequence);
        if (!limits.reusePrefixes()) {
            slots.forget(slot);
        }
    }
}
