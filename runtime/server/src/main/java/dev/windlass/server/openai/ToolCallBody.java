package dev.windlass.server.openai;

/** A call of a function. */
record ToolCallBody(String id, String type, Function function) {
    /** @param arguments a JSON object, as text */
    record Function(String name, String arguments) {}

    static ToolCallBody of(String id, String name, String arguments) {
        return new ToolCallBody(id, "function", new Function(name, arguments));
    }
}
