package dev.windlass.gateway.proxy;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway has to know of a request's body.
 *
 * @param streams whether the answer is wanted as events
 * @param user OpenAI's name of the user
 * @param prefix a hash of the prompt's beginning, 0 where there is none
 * @param modelBegin where the model's value begins in the body, with its quotes
 * @param modelEnd where it ends; where both are 0 the body names no model, and none is put into it
 */
record Peek(String model, boolean streams, @Nullable String user, long prefix, int modelBegin, int modelEnd) {

    /** The body with another model, or the same array where it is the same model. */
    byte[] withModel(byte[] body, String other, byte[] quoted) {
        if (other.equals(model) || modelEnd == 0) {
            return body;
        }
        var changed = new byte[body.length - (modelEnd - modelBegin) + quoted.length];
        System.arraycopy(body, 0, changed, 0, modelBegin);
        System.arraycopy(quoted, 0, changed, modelBegin, quoted.length);
        System.arraycopy(body, modelEnd, changed, modelBegin + quoted.length, body.length - modelEnd);
        return changed;
    }

    @Override
    public String toString() {
        return "Peek[%s, %d bytes of name]".formatted(model, model.getBytes(StandardCharsets.UTF_8).length);
    }
}
