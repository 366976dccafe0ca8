package dev.windlass.engine.grammar;

import com.fasterxml.jackson.databind.JsonNode;

/** The types of JSON Schema. {@code number} stands for the numbers that are not integers where both are told apart. */
enum JsonType {
    NULL,
    BOOLEAN,
    OBJECT,
    ARRAY,
    STRING,
    NUMBER,
    INTEGER;

    static JsonType of(JsonNode value) {
        return switch (value.getNodeType()) {
            case NULL, MISSING -> NULL;
            case BOOLEAN -> BOOLEAN;
            case OBJECT, POJO -> OBJECT;
            case ARRAY -> ARRAY;
            case STRING, BINARY -> STRING;
            case NUMBER -> value.decimalValue().stripTrailingZeros().scale() <= 0 ? INTEGER : NUMBER;
        };
    }
}
