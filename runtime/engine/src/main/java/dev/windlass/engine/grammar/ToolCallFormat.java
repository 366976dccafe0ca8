package dev.windlass.engine.grammar;

/**
 * How a model family writes function calls: a text before each call, one JSON object with the function's name and its
 * arguments, and a text after it. Special tokens may be part of the texts.
 *
 * @param begin what announces a call; empty for models that announce a call by nothing but its JSON
 * @param end what follows a call
 * @param nameKey the JSON object's first key, whose value is the function's name
 * @param argumentsKey its second key, whose value is the object of arguments
 * @param separator what stands between two calls
 */
public record ToolCallFormat(String begin, String end, String nameKey, String argumentsKey, String separator) {
    /** Hermes, Qwen 2.5 and Qwen 3, SmolLM3 and many others. */
    public static final ToolCallFormat HERMES =
            new ToolCallFormat("<tool_call>\n", "\n</tool_call>", "name", "arguments", "\n");
    /** Llama 3.1 and 3.2: the bare JSON of a call is the whole answer. */
    public static final ToolCallFormat LLAMA3 = new ToolCallFormat("", "", "name", "parameters", "; ");

    public ToolCallFormat {
        if (nameKey.isEmpty() || argumentsKey.isEmpty() || nameKey.equals(argumentsKey)) {
            throw new IllegalArgumentException(
                    "a tool call needs two different keys, got \"%s\" and \"%s\"".formatted(nameKey, argumentsKey));
        }
        if (begin.isEmpty() != end.isEmpty()) {
            throw new IllegalArgumentException("a tool call has a text before it and one after it, or neither");
        }
    }

    /** The part of {@link #begin} that tells a call from text: white space at its ends is not looked for. */
    public String trigger() {
        return begin.strip();
    }
}
