package dev.windlass.server.openai;

/** A call of a function. */
record ToolCallBody(String id, String type, Function function) {
    /** @param arguments a JSON object, as text */
    record Function(String name, String arguments) {}

    static ToolCallBody of(String name, String arguments) {
        return new ToolCallBody(Ids.toolCall(), "function", new Function(name, arguments));
    }
}
