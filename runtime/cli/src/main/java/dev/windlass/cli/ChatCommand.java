package dev.windlass.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.windlass.cli.client.OpenAiClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "chat",
        description = {
            "Talks with a model in the terminal. With words on the command line it answers them and ends;",
            "otherwise it reads a line at a time: /reset forgets the conversation, /exit or Ctrl-D ends it."
        },
        footer = {"", "Example:", "  windlass chat \"What is Windlass?\""})
final class ChatCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final ClientOptions server = new ClientOptions();

    @Parameters(paramLabel = "WORDS", arity = "0..*", description = "What to say.")
    private List<String> words = List.of();

    @Option(names = "--system", description = "What the model is told before the conversation.")
    private @Nullable String system;

    @Option(names = "--temperature", description = "0 is the most probable answer (default: the model's own).")
    private @Nullable Double temperature;

    @Option(
            names = "--max-tokens",
            defaultValue = "512",
            description = "The longest answer (default: ${DEFAULT-VALUE}).")
    private int maxTokens;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (var client = server.connect()) {
            var interruption = Interruption.listen(() -> {
                out.println();
                Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
            });
            String name = server.model(client);
            if (!words.isEmpty()) {
                boolean whole =
                        interruption.let(() -> answer(client, name, conversation(), String.join(" ", words), out));
                return whole ? ExitCode.OK : ExitCode.INTERRUPTED;
            }
            converse(client, name, interruption, out);
            return ExitCode.OK;
        }
    }

    /** A question a line. On a terminal what the server fails to answer is said, and the next question may do better. */
    private void converse(OpenAiClient client, String name, Interruption interruption, PrintWriter out)
            throws IOException, InterruptedException {
        boolean terminal = System.console() != null && System.console().isTerminal();
        if (terminal) {
            out.printf("%s at %s (/reset, /exit; Ctrl-C stops an answer)%n", name, server.url());
        }
        var messages = conversation();
        var input = new BufferedReader(new InputStreamReader(System.in, System.out.charset()));
        while (true) {
            if (terminal) {
                out.print("> ");
                out.flush();
            }
            String line = input.readLine();
            if (line == null || line.strip().equals("/exit")) {
                if (line == null && terminal) {
                    out.println();
                }
                return;
            }
            if (line.strip().equals("/reset")) {
                messages = conversation();
            } else if (!line.isBlank()) {
                var spoken = messages;
                int before = spoken.size();
                try {
                    interruption.let(() -> answer(client, name, spoken, line, out));
                    if (spoken.size() == before + 1) { // stopped before its first word
                        forget(spoken, before);
                        out.println();
                    }
                } catch (OpenAiClient.ServerError | OpenAiClient.Unreachable problem) {
                    if (!terminal) {
                        throw problem;
                    }
                    forget(spoken, before);
                    out.println(problem.getMessage());
                }
            }
        }
    }

    private static void forget(ArrayNode messages, int from) {
        while (messages.size() > from) {
            messages.remove(messages.size() - 1);
        }
    }

    private ArrayNode conversation() {
        var messages = JsonNodeFactory.instance.arrayNode();
        if (system != null) {
            messages.addObject().put("role", "system").put("content", system);
        }
        return messages;
    }

    /** Prints the answer as it comes, and adds what came of it, be it whole or not, to the conversation. */
    private void answer(OpenAiClient client, String name, ArrayNode messages, String question, PrintWriter out)
            throws IOException, InterruptedException {
        messages.addObject().put("role", "user").put("content", question);
        var body = JsonNodeFactory.instance.objectNode();
        body.put("model", name).put("stream", true).put("max_tokens", maxTokens);
        if (temperature != null) {
            body.put("temperature", temperature);
        }
        body.set("messages", messages);
        var text = new StringBuilder();
        try {
            client.stream("/chat/completions", body, event -> {
                String piece = event.path("choices")
                        .path(0)
                        .path("delta")
                        .path("content")
                        .asText("");
                text.append(piece);
                out.print(piece);
                out.flush();
                return true;
            });
        } finally {
            if (!text.isEmpty()) {
                out.println();
                messages.addObject().put("role", "assistant").put("content", text.toString());
            }
        }
    }
}
