package dev.windlass.model.config;

/** The function between the two linear layers of an MLP. */
public enum Activation {
    SILU,
    GELU,
    /** The approximation of GELU by a hyperbolic tangent. */
    GELU_TANH,
    RELU,
    TANH;

    /** Reads the name that transformers has for it. */
    public static Activation read(ConfigNode keys, String key) {
        return switch (keys.text(key)) {
            case "silu", "swish" -> SILU;
            case "gelu", "gelu_python" -> GELU;
            case "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_accurate" -> GELU_TANH;
            case "relu" -> RELU;
            case "tanh" -> TANH;
            default -> throw keys.unusable(key, "silu, gelu, gelu_new, gelu_fast, gelu_pytorch_tanh, relu or tanh");
        };
    }
}
