package dev.windlass.operator.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * What whoever asks for a metric is told.
 *
 * @param body JSON
 */
public record Answer(int status, byte[] body) {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    static Answer json(int status, Object body) {
        try {
            return new Answer(status, JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("an answer of our own making", impossible);
        }
    }
}
