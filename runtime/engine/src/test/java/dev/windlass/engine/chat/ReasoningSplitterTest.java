package dev.windlass.engine.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.engine.chat.ChatDelta.Content;
import dev.windlass.engine.chat.ChatDelta.Reasoning;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReasoningSplitterTest {
    private static void assertSplit(boolean begun, String text, String reasoning, String content) {
        for (int length = 1; length <= text.length(); length++) {
            var splitter = new ReasoningSplitter(begun);
            List<ChatDelta> all = new ArrayList<>();
            for (int at = 0; at < text.length(); at += length) {
                all.addAll(splitter.append(text.substring(at, Math.min(text.length(), at + length))));
            }
            all.addAll(splitter.finish());
            var thought = new StringBuilder();
            var said = new StringBuilder();
            for (ChatDelta delta : all) {
                switch (delta) {
                    case Reasoning(String part) -> thought.append(part);
                    case Content(String part) -> said.append(part);
                    case ChatDelta.CallStarted c -> throw new AssertionError(c);
                    case ChatDelta.CallArguments c -> throw new AssertionError(c);
                    case ChatDelta.CallEnded c -> throw new AssertionError(c);
                }
            }
            assertThat(thought).as("in pieces of " + length).hasToString(reasoning);
            assertThat(said).as("in pieces of " + length).hasToString(content);
        }
    }

    @Test
    void tellsThoughtFromAnswer() {
        assertSplit(
                false,
                "\n<think>\nA < b, </thin.\n\nso\n</think>\n\nYes </think>!",
                "A < b, </thin.\n\nso",
                "Yes </think>!");
    }

    @Test
    void startsWithinTheThoughtWhereThePromptOpenedIt() {
        assertSplit(true, "hm\n</think>\n\n  Yes", "hm", "Yes");
    }

    @Test
    void takesAnAnswerWithoutThoughtAsItIs() {
        assertSplit(false, " <thin ice", "", " <thin ice");
        assertSplit(false, "<think></think>Yes", "", "Yes");
    }

    @Test
    void keepsAThoughtThatIsCutOff() {
        assertSplit(false, "<think>I wonder </th", "I wonder </th", "");
    }
}
