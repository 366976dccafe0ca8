package dev.windlass.http;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request that cannot be served, with everything OpenAI's error object says of it. Thrown anywhere below a handler and
 * turned into a response once, in {@link Errors}.
 */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String type;
    private final @Nullable String parameter;
    private final @Nullable String code;
    private final @Nullable Duration retryAfter;

    private ApiException(
            int status,
            String type,
            @Nullable String parameter,
            @Nullable String code,
            String message,
            @Nullable Duration retryAfter) {
        super(Objects.requireNonNull(message, "message"), null, false, false);
        this.status = status;
        this.type = Objects.requireNonNull(type, "type");
        this.parameter = parameter;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /** The client's fault: 400, or another status of the 4xx. */
    public static ApiException invalid(int status, @Nullable String parameter, @Nullable String code, String message) {
        return new ApiException(status, "invalid_request_error", parameter, code, message, null);
    }

    /** A field whose value cannot be used. */
    public static ApiException badValue(String parameter, String message) {
        return invalid(400, parameter, "invalid_value", message);
    }

    /** The server's fault, or its state's. */
    public static ApiException server(int status, @Nullable String code, String message) {
        return new ApiException(status, "server_error", null, code, message, null);
    }

    /** Too much work waits already. */
    public static ApiException overloaded(String message, Duration retryAfter) {
        return new ApiException(429, "rate_limit_error", null, "queue_full", message, retryAfter);
    }

    /**
     * A quota is used up.
     *
     * @param type what is limited, as OpenAI calls it: {@code requests} or {@code tokens}
     * @param retryAfter null where waiting does not help
     */
    public static ApiException limited(String type, String message, @Nullable Duration retryAfter) {
        return new ApiException(429, type, null, "rate_limit_exceeded", message, retryAfter);
    }

    /** Not now, but perhaps in a moment: the model loads, or the server drains. */
    public static ApiException unavailable(String code, String message, Duration retryAfter) {
        return new ApiException(503, "server_error", null, code, message, retryAfter);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** OpenAI's class of error, such as {@code invalid_request_error}. */
    public String type() {
        return type;
    }

    /** The field at fault. */
    public Optional<String> parameter() {
        return Optional.ofNullable(parameter);
    }

    /** A word for programs, such as {@code model_not_found}. */
    public Optional<String> code() {
        return Optional.ofNullable(code);
    }

    /** How long the client should wait before it tries again. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** The message, never null. */
    public String reason() {
        return Objects.requireNonNull(getMessage());
    }
}
