package dev.windlass.engine.token;

import com.fasterxml.jackson.databind.JsonNode;
import dev.windlass.engine.token.jinja.Template;
import dev.windlass.engine.token.jinja.TemplateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a model wants a conversation written down: its Jinja template, rendered as {@code apply_chat_template} of
 * transformers does. Thread-safe.
 */
public final class ChatTemplate {
    private static final String DEFAULT = "default";
    private static final String TOOL_USE = "tool_use";
    private static final long LARGEST_FILE = 4L << 20;

    private final Map<String, Template> templates;
    private final Map<String, String> sources;
    private final Map<String, String> specialTokens;

    private ChatTemplate(
            Map<String, String> sources, Map<String, String> specialTokens, InstantSource clock, ZoneId zone) {
        this.sources = Map.copyOf(sources);
        this.specialTokens = Map.copyOf(specialTokens);
        var compiled = new HashMap<String, Template>();
        sources.forEach((name, source) -> compiled.put(name, Template.compile(source, clock, zone)));
        this.templates = Map.copyOf(compiled);
    }

    /**
     * Reads a model's templates: chat_template.jinja and additional_chat_templates, or else chat_template.json, or else
     * those of tokenizer_config.json, where there may be a {@code tool_use} one for requests with tools.
     *
     * @return empty for a model without a template
     * @throws TemplateException if a template is not valid
     */
    public static Optional<ChatTemplate> load(Path modelDirectory) {
        Map<String, String> sources = sources(modelDirectory);
        if (sources.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> specialTokens = SpecialTokens.read(modelDirectory).named();
        return Optional.of(new ChatTemplate(sources, specialTokens, InstantSource.system(), ZoneId.systemDefault()));
    }

    /**
     * A file of a user's own, for a model whose special tokens it may name.
     *
     * @throws TemplateException if it is not valid
     * @throws IOException if it cannot be read
     */
    public static ChatTemplate load(Path modelDirectory, Path file) throws IOException {
        return of(read(file), SpecialTokens.read(modelDirectory).named());
    }

    /** A template that comes from elsewhere, such as the configuration. */
    public static ChatTemplate of(String source, Map<String, String> specialTokens) {
        return new ChatTemplate(Map.of(DEFAULT, source), specialTokens, InstantSource.system(), ZoneId.systemDefault());
    }

    private static Map<String, String> sources(Path directory) {
        var sources = new LinkedHashMap<String, String>();
        try {
            Path jinja = directory.resolve("chat_template.jinja");
            if (Files.isRegularFile(jinja)) {
                sources.put(DEFAULT, read(jinja));
                Path additional = directory.resolve("additional_chat_templates");
                if (Files.isDirectory(additional)) {
                    try (Stream<Path> files = Files.list(additional)) {
                        for (Path file : files.filter(path -> path.toString().endsWith(".jinja"))
                                .toList()) {
                            String name = String.valueOf(file.getFileName());
                            sources.put(name.substring(0, name.length() - ".jinja".length()), read(file));
                        }
                    }
                }
                return sources;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (String file : List.of("chat_template.json", "tokenizer_config.json")) {
            JsonNode template = JsonFiles.readObject(directory.resolve(file)).path("chat_template");
            if (template.isTextual()) {
                sources.put(DEFAULT, template.textValue());
            }
            for (JsonNode named : template) {
                sources.put(
                        named.path("name").asText(DEFAULT),
                        named.path("template").asText());
            }
            if (!sources.isEmpty()) {
                break;
            }
        }
        return sources;
    }

    private static String read(Path file) throws IOException {
        if (Files.size(file) > LARGEST_FILE) {
            throw new TemplateException(
                    "%s: expected at most %d bytes, got %d".formatted(file, LARGEST_FILE, Files.size(file)));
        }
        return Files.readString(file);
    }

    /**
     * Writes a conversation down.
     *
     * @param messages in the shape of the chat completions API: {@code role}, {@code content}, {@code tool_calls} with
     *     their {@code arguments} as an object, which is what most templates expect
     * @param tools in the shape of that API; empty for none
     * @param addGenerationPrompt whether to end with the beginning of the assistant's answer
     * @param arguments further names for the template, such as {@code enable_thinking}
     * @throws TemplateException if the template refuses the conversation or fails on it; the message says why
     */
    public String render(
            List<? extends Map<String, ? extends @Nullable Object>> messages,
            List<? extends Map<String, ? extends @Nullable Object>> tools,
            boolean addGenerationPrompt,
            Map<String, ? extends @Nullable Object> arguments) {
        var values = new HashMap<String, @Nullable Object>(specialTokens);
        values.put("documents", null);
        values.putAll(arguments);
        values.put("messages", messages);
        values.put("tools", tools.isEmpty() ? null : tools);
        values.put("add_generation_prompt", addGenerationPrompt);
        return chosen(!tools.isEmpty()).render(values);
    }

    private Template chosen(boolean withTools) {
        Template template = withTools ? templates.get(TOOL_USE) : null;
        template = template == null ? templates.get(DEFAULT) : template;
        if (template == null) {
            throw new TemplateException("expected a chat template named \"default\", got " + templates.keySet());
        }
        return template;
    }

    /** The template's text, of the one for tools where there are two: what its style of tool calls is told from. */
    public String source() {
        String source = sources.get(TOOL_USE);
        return source != null ? source : sources.getOrDefault(DEFAULT, "");
    }

    /** Whether the text says itself where it begins, so that the tokenizer must not add its begin-of-sequence token. */
    public boolean beginsSequence(String rendered) {
        String begin = specialTokens.get("bos_token");
        return begin != null && !begin.isEmpty() && rendered.startsWith(begin);
    }
}
