package dev.windlass.engine.grammar;

/**
 * How a model family writes function calls: a text before each, the call itself, and a text after it. Special tokens may be
 * part of the texts.
 *
 * @param begin what announces a call; empty for models that announce a call by nothing but its JSON
 * @param end what follows a call
 * @param separator what stands between two calls
 */
public record ToolCallFormat(String begin, Call call, String end, String separator) {
    /** Hermes, Qwen 2.5 and Qwen 3, SmolLM3 and many others. */
    public static final ToolCallFormat HERMES =
            new ToolCallFormat("<tool_call>\n", new Call.Json("name", "arguments"), "\n</tool_call>", "\n");
    /** Llama 3.1 and 3.2: the bare JSON of a call is the whole answer. */
    public static final ToolCallFormat LLAMA3 = new ToolCallFormat("", new Call.Json("name", "parameters"), "", "; ");
    /** Mistral 7B 0.3 and Nemo: all calls in one array. */
    public static final ToolCallFormat MISTRAL_LIST =
            new ToolCallFormat("[TOOL_CALLS]", new Call.JsonList(new Call.Json("name", "arguments")), "", "");
    /** Mistral since Small 3.2, Devstral, Ministral 3. */
    public static final ToolCallFormat MISTRAL =
            new ToolCallFormat("[TOOL_CALLS]", new Call.Named("[CALL_ID]", "[ARGS]"), "", "");

    /** What stands between the texts. */
    public sealed interface Call {
        /**
         * One JSON object.
         *
         * @param nameKey the first key, whose value is the function's name
         * @param argumentsKey the second key, whose value is the object of arguments
         */
        record Json(String nameKey, String argumentsKey) implements Call {
            public Json {
                if (nameKey.isEmpty() || argumentsKey.isEmpty() || nameKey.equals(argumentsKey)) {
                    throw new IllegalArgumentException("a tool call needs two different keys, got \"%s\" and \"%s\""
                            .formatted(nameKey, argumentsKey));
                }
            }
        }

        /** A JSON array of such objects: several calls. */
        record JsonList(Json element) implements Call {}

        /**
         * The function's bare name, and its arguments as JSON.
         *
         * @param idMarker what stands before the call's id, where the model writes one after the name
         * @param argumentsMarker what stands before the arguments
         */
        record Named(String idMarker, String argumentsMarker) implements Call {}
    }

    public ToolCallFormat {
        if (begin.isEmpty() && !(call instanceof Call.Json && end.isEmpty())) {
            throw new IllegalArgumentException(
                    "only a call that is one JSON object without a text after it can do without one before it");
        }
    }

    /** The part of {@link #begin} that tells a call from text: white space at its ends is not looked for. */
    public String trigger() {
        return begin.strip();
    }
}
