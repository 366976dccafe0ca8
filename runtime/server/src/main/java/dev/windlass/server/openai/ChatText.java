package dev.windlass.server.openai;

import dev.windlass.engine.chat.ChatDelta;
import dev.windlass.engine.chat.ReasoningSplitter;
import dev.windlass.engine.chat.ToolCallParser;
import dev.windlass.engine.grammar.ToolCallFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads one choice's text as it comes: what is thought, what is said, and what is called. */
final class ChatText {
    private final @Nullable ReasoningSplitter reasoning;
    private final @Nullable ToolCallParser calls;

    /**
     * How a chat's text is read.
     *
     * @param thinks whether the model may think before it answers
     * @param thinking whether it does already when its output begins
     * @param calls how it writes function calls, null where it is not to call any
     */
    record Reading(
            boolean thinks, boolean thinking, @Nullable ToolCallFormat calls) {
        /** Whether all text is simply said. */
        boolean isPlain() {
            return !thinks && calls == null;
        }

        /** A new id, of the kind that the model knows. */
        String callId() {
            return Ids.toolCall(Objects.requireNonNull(calls, "the model is not to call any function"));
        }
    }

    ChatText(Reading reading) {
        this.reasoning = reading.thinks() ? new ReasoningSplitter(reading.thinking()) : null;
        this.calls = reading.calls() == null ? null : new ToolCallParser(reading.calls());
    }

    List<ChatDelta> append(String text) {
        if (reasoning == null) {
            return calls == null ? List.of(new ChatDelta.Content(text)) : calls.append(text);
        }
        return said(reasoning.append(text), parser -> List.of());
    }

    List<ChatDelta> finish() {
        if (reasoning == null) {
            return calls == null ? List.of() : calls.finish();
        }
        return said(reasoning.finish(), ToolCallParser::finish);
    }

    /** Whether the model called a function. */
    boolean hasCalled() {
        return calls != null && calls.calls() > 0;
    }

    private List<ChatDelta> said(List<ChatDelta> deltas, Function<ToolCallParser, List<ChatDelta>> end) {
        var parser = calls;
        if (parser == null) {
            return deltas;
        }
        var all = new ArrayList<ChatDelta>();
        for (var delta : deltas) {
            if (delta instanceof ChatDelta.Content(var text)) {
                all.addAll(parser.append(text));
            } else {
                all.add(delta);
            }
        }
        all.addAll(end.apply(parser));
        return all;
    }
}
