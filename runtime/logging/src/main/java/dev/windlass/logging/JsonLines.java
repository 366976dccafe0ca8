package dev.windlass.logging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import org.slf4j.MDC;

/**
 * A JSON object a line: {@code timestamp} (RFC 3339), {@code level}, {@code logger}, {@code message}, {@code thread}, then
 * what the thread works on (SLF4J's diagnostic context: {@code request_id}, {@code model} and their like), then
 * {@code exception}, a stack trace as text. Must format on the thread that logs.
 */
public final class JsonLines extends Formatter {
    private static final JsonFactory FACTORY = new JsonFactory();

    @Override
    public String format(LogRecord line) {
        var text = new StringWriter(256);
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("timestamp", line.getInstant().toString());
            json.writeStringField("level", LogLevel.of(line.getLevel()).name());
            json.writeStringField("logger", line.getLoggerName() == null ? LogLevels.ROOT : line.getLoggerName());
            json.writeStringField("message", formatMessage(line));
            json.writeStringField("thread", threadName());
            Map<String, String> context = MDC.getCopyOfContextMap();
            if (context != null) {
                for (var entry : context.entrySet()) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
            }
            if (line.getThrown() != null) {
                json.writeStringField("exception", trace(line.getThrown()));
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.append(System.lineSeparator()).toString();
    }

    private static String threadName() {
        Thread thread = Thread.currentThread();
        return thread.getName().isEmpty() ? "virtual-" + thread.threadId() : thread.getName();
    }

    static String trace(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
