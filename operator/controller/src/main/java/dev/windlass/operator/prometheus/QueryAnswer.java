package dev.windlass.operator.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.operator.rollout.Answer;
import java.io.IOException;

/** Reads what the API answers to an instant query. */
final class QueryAnswer {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int LONGEST_ERROR = 200;

    private QueryAnswer() {}

    /** The one number in it, or why there is none. */
    static Answer read(int status, byte[] body) {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (IOException malformed) {
            return none(status == 200 ? "expected JSON from Prometheus, got something else" : refused(status));
        }
        String said = json.path("status").asText();
        if (said.equals("error")) {
            return none("%s: %s"
                    .formatted(
                            refused(status),
                            plain(json.path("error")
                                    .asText(json.path("errorType").asText()))));
        }
        if (status != 200) {
            return none(refused(status));
        }
        if (!said.equals("success")) {
            return none("expected status success or error in Prometheus' answer, got neither");
        }
        JsonNode data = json.path("data");
        String type = data.path("resultType").asText();
        return switch (type) {
            case "scalar" -> number(data.path("result"));
            case "vector" -> only(data.path("result"));
            default -> none("expected a vector or a scalar from Prometheus, got \"%s\"".formatted(plain(type)));
        };
    }

    private static Answer only(JsonNode samples) {
        return switch (samples.size()) {
            case 0 -> none("Prometheus has no data");
            case 1 -> number(samples.path(0).path("value"));
            default -> none("expected one sample from Prometheus, got " + samples.size());
        };
    }

    /** @param sample the time and, as text, the value */
    private static Answer number(JsonNode sample) {
        String text = sample.path(1).asText();
        try {
            double value = Double.parseDouble(text.endsWith("Inf") ? text + "inity" : text);
            if (Double.isNaN(value)) {
                return none("Prometheus has no data (NaN)");
            }
            return Double.isFinite(value)
                    ? new Answer.Value(value)
                    : none("expected a finite number from Prometheus, got " + text);
        } catch (NumberFormatException malformed) {
            return none("expected a number from Prometheus, got \"%s\"".formatted(plain(text)));
        }
    }

    private static String refused(int status) {
        return "Prometheus answered with status " + status;
    }

    private static Answer none(String reason) {
        return new Answer.None(reason);
    }

    /** On one line and short: it goes into a status. */
    private static String plain(String text) {
        String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return line.length() <= LONGEST_ERROR ? line : line.substring(0, LONGEST_ERROR) + "...";
    }
}
