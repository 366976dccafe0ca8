package dev.windlass.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.windlass.cli.client.OpenAiClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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

    @Parameters(paramLabel = "WORDS", arity = "0..*", description = "What to say.")
    private List<String> words = List.of();

    @Option(
            names = "--url",
            defaultValue = "http://localhost:8080",
            description = "The server (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private URI url;

    @Option(names = "--model", description = "The model's name (default: the first that the server lists).")
    private @Nullable String model;

    @Option(names = "--system", description = "What the model is told before the conversation.")
    private @Nullable String system;

    @Option(names = "--temperature", description = "0 is the most probable answer (default: the model's own).")
    private @Nullable Double temperature;

    @Option(
            names = "--max-tokens",
            defaultValue = "512",
            description = "The longest answer (default: ${DEFAULT-VALUE}).")
    private int maxTokens;

    @Option(
            names = "--api-key",
            defaultValue = "${env:OPENAI_API_KEY}",
            description = "Sent as a bearer token (default: $OPENAI_API_KEY).")
    private @Nullable String apiKey;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (var client = new OpenAiClient(url, Optional.ofNullable(apiKey), Duration.ofMinutes(10))) {
            String name = model != null ? model : first(client.models());
            var messages = conversation();
            if (!words.isEmpty()) {
                answer(client, name, messages, String.join(" ", words), out);
                return ExitCode.OK;
            }
            out.printf("%s at %s (/reset, /exit)%n", name, url);
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

    private String first(List<String> models) {
        return models.stream()
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(url + " lists no model; name one with --model"));
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
