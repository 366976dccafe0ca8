package dev.windlass.policy.audit;

import dev.windlass.api.ObservabilitySpec.Audit;
import dev.windlass.http.ApiException;
import dev.windlass.policy.Arrival;
import dev.windlass.policy.EdgePolicy;
import dev.windlass.policy.Ending;
import dev.windlass.policy.EventSink;
import dev.windlass.policy.Passage;
import dev.windlass.policy.WholeAnswer;
import dev.windlass.policy.audit.AuditEntry.Saying;
import dev.windlass.policy.audit.AuditEntry.Words;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down every request of the deployments that want it. The first of all policies, so that it sees what clients see. */
public final class AuditPolicy implements EdgePolicy {
    private final AuditLog log;
    private final InstantSource clock;

    public AuditPolicy(AuditLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    @Override
    public Passage admit(Arrival arrival) {
        return switch (arrival.settings().audit()) {
            case Off -> Passage.FREE;
            case Metadata, Full -> new Audited(arrival);
        };
    }

    private final class Audited implements Passage {
        private final Arrival arrival;
        private final Instant time = clock.instant();
        private final long begun = System.nanoTime();
        private final @Nullable Transcript transcript;
        private final List<Saying> prompt;
        private @Nullable Duration firstOutput;

        Audited(Arrival arrival) {
            this.arrival = arrival;
            boolean isFull = arrival.settings().audit() == Audit.Full;
            this.transcript = isFull ? new Transcript() : null;
            this.prompt = isFull ? prompt(arrival) : List.of();
        }

        /** As it came: what other policies make of it is their affair. */
        private static List<Saying> prompt(Arrival arrival) {
            try {
                return Transcript.prompt(arrival.json());
            } catch (ApiException malformed) {
                // Whoever serves it says so.
                return List.of();
            }
        }

        @Override
        public EventSink events(EventSink next) {
            return new EventSink() {
                @Override
                public boolean event(byte[] event, int length, Kind kind) {
                    if (kind == Kind.Content) {
                        said(event, length);
                    }
                    return next.event(event, length, kind);
                }

                @Override
                public void end() {
                    next.end();
                }
            };
        }

        private void said(byte[] event, int length) {
            if (firstOutput == null) {
                firstOutput = since();
            }
            if (transcript != null) {
                transcript.event(event, length);
            }
        }

        private Duration since() {
            return Duration.ofNanos(System.nanoTime() - begun);
        }

        @Override
        public WholeAnswer answer(WholeAnswer answer) {
            if (transcript != null && answer.isGood()) {
                transcript.answer(answer.body());
            }
            return answer;
        }

        @Override
        public void end(Ending ending) {
            log.add(new AuditEntry(
                    time,
                    arrival.target(),
                    arrival.head().requestId(),
                    arrival.head().path(),
                    arrival.head().streams(),
                    arrival.caller().id(),
                    ending,
                    since(),
                    firstOutput,
                    arrival.notes(),
                    transcript == null ? null : new Words(prompt, transcript.sayings())));
        }
    }
}
