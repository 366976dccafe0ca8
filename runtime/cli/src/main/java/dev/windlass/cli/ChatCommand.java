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
            String name = server.model(client);
            var messages = conversation();
            if (!words.isEmpty()) {
                answer(client, name, messages, String.join(" ", words), out);
                return ExitCode.OK;
            }
            out.printf("%s at %s (/reset, /exit)%n", name, server.url());
            var input = new BufferedReader(new InputStreamReader(System.in, System.out.charset()));
            while (true) {
                out.print("> ");
                out.flush();
                String line = input.readLine();
                if (line == null || line.strip().equals("/exit")) {
                    out.println();
                    return ExitCode.OK;
                }
                if (line.strip().equals("/reset")) {
                    messages = conversation();
                } else if (!line.isBlank()) {
                    converse(client, name, messages, line, out);
                }
            }
        }
    }

    /** Answers, or says what the server refused and forgets that it was asked. */
    private void converse(OpenAiClient client, String name, ArrayNode messages, String line, PrintWriter out)
            throws IOException, InterruptedException {
        int before = messages.size();
        try {
            answer(client, name, messages, line, out);
        } catch (OpenAiClient.ServerError problem) {
            while (messages.size() > before) {
                messages.remove(messages.size() - 1);
            }
            out.println(problem.getMessage());
        }
    }

    private ArrayNode conversation() {
        var messages = JsonNodeFactory.instance.arrayNode();
        if (system != null) {
            messages.addObject().put("role", "system").put("content", system);
        }
        return messages;
    }

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
        client.stream("/chat/completions", body, event -> {
            String piece =
                    event.path("choices").path(0).path("delta").path("content").asText("");
            text.append(piece);
            out.print(piece);
            out.flush();
            return true;
        });
        out.println();
        messages.addObject().put("role", "assistant").put("content", text.toString());
    }
}
