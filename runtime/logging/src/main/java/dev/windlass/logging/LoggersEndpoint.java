package dev.windlass.logging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /internal/loggers}, {@code GET} and {@code PUT /internal/loggers/{name}}, whatever server they came by. Only for
 * callers on this machine, which who forwards a port to a pod is too: nothing else keeps strangers from filling a disk.
 */
public final class LoggersEndpoint {
    public static final String PATH = "/internal/loggers";

    /** The longest body of a request, in bytes. */
    public static final int LONGEST_BODY = 256;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Pattern LOCAL_HOST = Pattern.compile("(?i)(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d+)?");
    private static final List<String> FORWARDED = List.of("forwarded", "via", "x-forwarded-for", "x-forwarded-proto");

    private LoggersEndpoint() {}

    /**
     * A request.
     *
     * @param name the logger; empty for all
     * @param header a header's value by its name in lower case
     */
    public record Call(
            String method, String name, InetAddress peer, Function<String, @Nullable String> header, byte[] body) {}

    /** What becomes of it: a status, and JSON. */
    public record Answer(int status, byte[] body) {}

    private record Loggers(List<LogLevels.State> loggers) {}

    public static Answer answer(Call call) {
        if (!isLocal(call)) {
            return refusal(403, "expected a caller on this machine: forward the port, and ask localhost");
        }
        try {
            return switch (call.method()) {
                case "GET", "HEAD" ->
                    call.name().isEmpty()
                            ? answer(
                                    200, new Loggers(List.copyOf(LogLevels.all().values())))
                            : answer(200, LogLevels.read(call.name()));
                case "PUT" -> {
                    if (call.name().isEmpty()) {
                        yield refusal(405, "expected the name of a logger behind " + PATH + "/");
                    }
                    LogLevels.set(call.name(), level(call.body()));
                    yield answer(200, LogLevels.read(call.name()));
                }
                default -> refusal(405, "expected GET or PUT, got " + call.method());
            };
        } catch (IllegalArgumentException e) {
            return refusal(400, String.valueOf(e.getMessage()));
        }
    }

    /** A web page that had a name point here, or a proxy that stands here, speaks for somebody elsewhere. */
    private static boolean isLocal(Call call) {
        String host = call.header().apply("host");
        return call.peer().isLoopbackAddress()
                && host != null
                && LOCAL_HOST.matcher(host).matches()
                && FORWARDED.stream().allMatch(name -> call.header().apply(name) == null);
    }

    private static @Nullable LogLevel level(byte[] body) {
        JsonNode level;
        try {
            level = MAPPER.readTree(body).get("level");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the body: expected {\"level\": \"DEBUG\"}, got no JSON", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (level == null || !(level.isNull() || level.isTextual())) {
            throw new IllegalArgumentException("level: expected a string, or null for none of its own, got "
                    + (level == null ? "nothing" : level.getNodeType()));
        }
        return level.isNull() ? null : LogLevel.parse(level.textValue());
    }

    private static Answer refusal(int status, String message) {
        return answer(status, Map.of("error", Map.of("message", message)));
    }

    private static Answer answer(int status, Object body) {
        try {
            return new Answer(status, MAPPER.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
