package dev.windlass.engine.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.engine.chat.ChatDelta.CallArguments;
import dev.windlass.engine.chat.ChatDelta.CallEnded;
import dev.windlass.engine.chat.ChatDelta.CallStarted;
import dev.windlass.engine.chat.ChatDelta.Content;
import dev.windlass.engine.grammar.ToolCallFormat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolCallParserTest {
    private static final String CALL =
            "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": [1, \"}\\\"\"]}}\n</tool_call>";

    /** What a text gives, cut into pieces of one length, neighbouring pieces of one kind joined. */
    private static List<ChatDelta> parsed(ToolCallFormat format, String text, int pieceLength) {
        var parser = new ToolCallParser(format);
        var all = new ArrayList<ChatDelta>();
        for (int at = 0; at < text.length(); at += pieceLength) {
            all.addAll(parser.append(text.substring(at, Math.min(text.length(), at + pieceLength))));
        }
        all.addAll(parser.finish());
        var joined = new ArrayList<ChatDelta>();
        for (ChatDelta delta : all) {
            ChatDelta last = joined.isEmpty() ? null : joined.getLast();
            if (last instanceof Content(String a) && delta instanceof Content(String b)) {
                joined.set(joined.size() - 1, new Content(a + b));
            } else if (last instanceof CallArguments(int i, String a)
                    && delta instanceof CallArguments(int j, String b)) {
                assertThat(i).isEqualTo(j);
                joined.set(joined.size() - 1, new CallArguments(i, a + b));
            } else {
                joined.add(delta);
            }
        }
        return joined;
    }

    private static void assertParsed(ToolCallFormat format, String text, ChatDelta... expected) {
        for (int length = 1; length <= text.length(); length++) {
            assertThat(parsed(format, text, length))
                    .as("in pieces of " + length)
                    .containsExactly(expected);
        }
    }

    @Test
    void findsCallsBetweenTextWhereverItIsCut() {
        assertParsed(
                ToolCallFormat.HERMES,
                "Let me see.\n" + CALL + "\n<tool_call>{\"name\":\"g\",\"arguments\":{}}</tool_call>\n\nDone.\n",
                new Content("Let me see."),
                new CallStarted(0, "f"),
                new CallArguments(0, "{\"a\": [1, \"}\\\"\"]}"),
                new CallEnded(0),
                new CallStarted(1, "g"),
                new CallArguments(1, "{}"),
                new CallEnded(1),
                new Content("Done."));
    }

    @Test
    void leavesTextThatOnlyLooksLikeACall() {
        String text = "a <tool_cal> b <tool_call> no json < ";
        assertParsed(ToolCallFormat.HERMES, text, new Content(text));
    }

    @Test
    void readsBareJson() {
        assertParsed(
                ToolCallFormat.LLAMA3,
                "{\"name\": \"f\", \"parameters\": {\"x\": 1}}; {\"name\": \"g\", \"parameters\": {}}",
                new CallStarted(0, "f"),
                new CallArguments(0, "{\"x\": 1}"),
                new CallEnded(0),
                new CallStarted(1, "g"),
                new CallArguments(1, "{}"),
                new CallEnded(1));
        assertParsed(ToolCallFormat.LLAMA3, "{\"answer\": 42}", new Content("{\"answer\": 42}"));
        assertParsed(ToolCallFormat.LLAMA3, "Hello {\"name\": 1}", new Content("Hello {\"name\": 1}"));
    }

    @Test
    void readsAListOfCalls() {
        assertParsed(
                ToolCallFormat.MISTRAL_LIST,
                "Let me see. [TOOL_CALLS] [{\"name\": \"f\", \"arguments\": {\"x\": 1}, \"id\": \"abcdefghi\"}, "
                        + "{\"name\": \"g\", \"arguments\": {}}]\nDone.",
                new Content("Let me see."),
                new CallStarted(0, "f"),
                new CallArguments(0, "{\"x\": 1}"),
                new CallEnded(0),
                new CallStarted(1, "g"),
                new CallArguments(1, "{}"),
                new CallEnded(1),
                new Content("Done."));
        for (String text : List.of("a [TOOL_CALLS] b", "[TOOL_CALLS] [1, 2]", "[TOOL_CALLS][{\"answer\": 42}]")) {
            assertParsed(ToolCallFormat.MISTRAL_LIST, text, new Content(text));
        }
    }

    @Test
    void readsBareNamesWithArguments() {
        assertParsed(
                ToolCallFormat.MISTRAL,
                "Let me see.[TOOL_CALLS]f[ARGS]{\"x\": \"]}\\\"\"}[TOOL_CALLS]g[CALL_ID]abcdefghi[ARGS] {}",
                new Content("Let me see."),
                new CallStarted(0, "f"),
                new CallArguments(0, "{\"x\": \"]}\\\"\"}"),
                new CallEnded(0),
                new CallStarted(1, "g"),
                new CallArguments(1, "{}"),
                new CallEnded(1));
        assertParsed(
                ToolCallFormat.MISTRAL,
                "[TOOL_CALLS]f[ARGS]{\"a\": \"xy",
                new CallStarted(0, "f"),
                new CallArguments(0, "{\"a\": \"xy"),
                new CallEnded(0));
        for (String text : List.of("a [TOOL_CALLS]b, c", "[TOOL_CALLS]f", "[TOOL_CALLS][ARGS]{}")) {
            assertParsed(ToolCallFormat.MISTRAL, text, new Content(text));
        }
    }

    @Test
    void takesKeysInAnyOrderAndArgumentsInAString() {
        assertParsed(
                ToolCallFormat.HERMES,
                "<tool_call>{\"id\": 7, \"arguments\": \"{\\\"a\\\": 1}\", \"name\": \"f\"}</tool_call>",
                new CallStarted(0, "f"),
                new CallArguments(0, "{\"a\": 1}"),
                new CallEnded(0));
        assertParsed(
                ToolCallFormat.HERMES,
                "<tool_call>{\"name\": \"f\"}</tool_call>",
                new CallStarted(0, "f"),
                new CallArguments(0, "{}"),
                new CallEnded(0));
    }

    @Test
    void keepsTheArgumentsOfACallThatIsCutOff() {
        assertParsed(
                ToolCallFormat.HERMES,
                "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": \"xy",
                new CallStarted(0, "f"),
                new CallArguments(0, "{\"a\": \"xy"),
                new CallEnded(0));
    }

    @Test
    void streamsArgumentsAsTheyCome() {
        var parser = new ToolCallParser(ToolCallFormat.HERMES);
        assertThat(parser.append("<tool_call>{\"name\": \"f\", \"arguments\": {\"a\""))
                .containsExactly(new CallStarted(0, "f"), new CallArguments(0, "{\"a\""));
        assertThat(parser.append(": 1")).containsExactly(new CallArguments(0, ": 1"));
        assertThat(parser.append("}}")).containsExactly(new CallArguments(0, "}"), new CallEnded(0));
        assertThat(parser.calls()).isEqualTo(1);
    }
}
