package dev.windlass.server.openai;

import dev.windlass.http.ApiException;
import dev.windlass.http.ClientConnection;
import dev.windlass.http.Errors;
import dev.windlass.http.EventStream;

/** Runs exchanges to their end: with an answer that is sent as one object afterwards, or with one that streams. */
record Delivery(Exchange exchange, Errors errors) {

    /** An answer that is sent as it comes. */
    interface StreamedAnswer extends Exchange.Answer {
        /** Adds what comes after the last sequence's end. */
        void end();
    }

    void collect(Generations generations, int sequences, Exchange.Answer answer) {
        exchange.run(generations, sequences, answer, new Silent(ClientConnection.current()));
    }

    /** A stream that fails half way ends as OpenAI's do: by an event that has the error. */
    void stream(Generations generations, int sequences, StreamedAnswer answer, EventStream events) {
        try {
            exchange.run(generations, sequences, answer, new Listening(events));
            answer.end();
        } catch (ApiException e) {
            if (!events.hasBegun()) {
                throw e;
            }
            events.add(errors.encode(e));
        }
        events.addDone();
        events.flush();
    }

    /** A client that gets nothing before all is there. */
    private record Silent(ClientConnection connection) implements Exchange.Client {
        @Override
        public void flush() {}

        @Override
        public void signOfLife() {
            connection.probe();
        }

        @Override
        public boolean wantsHeartbeat() {
            return false;
        }
    }

    /** A client that reads events. */
    private record Listening(EventStream events) implements Exchange.Client {
        @Override
        public void flush() {
            events.flush();
        }

        @Override
        public void signOfLife() {
            events.heartbeat();
        }

        @Override
        public boolean wantsHeartbeat() {
            return true;
        }
    }
}
