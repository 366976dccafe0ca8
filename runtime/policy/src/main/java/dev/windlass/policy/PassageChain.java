package dev.windlass.policy;

import java.util.List;
import java.util.Optional;

/** Several passages as one; the last is nearest to the runtime. */
record PassageChain(List<Passage> passages) implements Passage {
    PassageChain {
        passages = List.copyOf(passages);
    }

    /** What a policy has in store is the answer of a runtime to those outside it. */
    @Override
    public Optional<StoredAnswer> stored(Patience patience) {
        for (var passage : passages) {
            var stored = passage.stored(patience);
            if (stored.isPresent()) {
                return stored;
            }
        }
        return Optional.empty();
    }

    @Override
    public EventSink events(EventSink next) {
        var sink = next;
        for (var passage : passages) {
            sink = passage.events(sink);
        }
        return sink;
    }

    @Override
    public WholeAnswer answer(WholeAnswer answer) {
        var seen = answer;
        for (var passage : passages.reversed()) {
            seen = passage.answer(seen);
        }
        return seen;
    }

    @Override
    public boolean holdsWholeAnswers() {
        return passages.stream().anyMatch(Passage::holdsWholeAnswers);
    }

    @Override
    public void end(Ending ending) {
        for (var passage : passages.reversed()) {
            passage.end(ending);
        }
    }
}
