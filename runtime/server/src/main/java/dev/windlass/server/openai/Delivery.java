package dev.windlass.server.openai;

import dev.windlass.http.ApiException;
import dev.windlass.http.Errors;
import dev.windlass.http.EventStream;

/** Runs exchanges, and ends streams that fail half way as OpenAI does: by an event that has the error. */
record Delivery(Exchange exchange, Errors errors) {

    void stream(Generations generations, int sequences, Exchange.Answer answer, EventStream events, Runnable end) {
        try {
            exchange.run(generations, sequences, answer);
        } catch (ApiException e) {
            if (!events.hasBegun()) {
                throw e;
            }
            events.add(errors.encode(e));
            events.addDone();
            events.flush();
            return;
        }
        end.run();
    }
}
