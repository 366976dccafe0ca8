package dev.windlass.policy.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.policy.Arrival;
import dev.windlass.policy.audit.AuditEntry.Saying;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An entry as one line of JSON. */
final class AuditLine {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Redactor redactor;

    AuditLine(Redactor redactor) {
        this.redactor = redactor;
    }

    /** With the line's end. */
    byte[] encode(AuditEntry entry) {
        try {
            byte[] line = JSON.writeValueAsBytes(tree(entry));
            byte[] ended = Arrays.copyOf(line, line.length + 1);
            ended[line.length] = '\n';
            return ended;
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ObjectNode tree(AuditEntry entry) {
        var line = JSON.createObjectNode();
        var ending = entry.ending();
        line.put("time", entry.time().toString());
        line.put("request_id", entry.requestId());
        if (!entry.caller().isEmpty()) {
            line.put("key", entry.caller());
        }
        line.put("namespace", entry.target().namespace());
        line.put("deployment", entry.target().deployment());
        if (ending.revision() != null) {
            line.put("revision", ending.revision());
        }
        line.put("path", entry.path());
        line.put("stream", entry.streams());
        line.put("status", ending.status());
        line.put("outcome", ending.outcome().name().toLowerCase(Locale.ROOT));
        line.put("duration_ms", millis(entry.duration()));
        if (entry.firstOutput() != null) {
            line.put("first_output_ms", millis(entry.firstOutput()));
        }
        var usage = ending.usage();
        if (usage != null) {
            line.put("prompt_tokens", usage.promptTokens());
            line.put("generated_tokens", usage.generatedTokens());
            line.put("cached_tokens", usage.cachedTokens());
        }
        entry.notes().forEach((name, value) -> line.set(name, JSON.valueToTree(value)));
        if (entry.words() != null) {
            words(line, entry.words(), entry.target());
        }
        return line;
    }

    /** What cannot be redacted is not written. */
    private void words(ObjectNode line, AuditEntry.Words words, Arrival.Target target) {
        var prompt = sayings(words.prompt(), target);
        var answer = sayings(words.answer(), target);
        if (prompt == null || answer == null) {
            line.put("withheld", "what was said could not be redacted");
            return;
        }
        line.set("prompt", prompt);
        line.set("answer", answer);
    }

    private @Nullable ArrayNode sayings(List<Saying> sayings, Arrival.Target target) {
        var list = JSON.createArrayNode();
        for (var saying : sayings) {
            var one = list.addObject().put("role", saying.role());
            try {
                one.put("text", redactor.redact(saying.text(), target));
            } catch (RuntimeException unable) {
                return null;
            }
            if (!saying.isWhole()) {
                one.put("truncated", true);
            }
        }
        return list;
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1000 / 1e3;
    }
}
