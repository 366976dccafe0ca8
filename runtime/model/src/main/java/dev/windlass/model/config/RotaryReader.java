package dev.windlass.model.config;

import dev.windlass.model.config.Rotary.Scaling;
import java.util.List;
import java.util.Optional;

/**
 * Reads rotary parameters in the form published until 2025 ({@code rope_theta} and {@code rope_scaling}) and in that of
 * transformers 5 ({@code rope_parameters}, which may hold one object for each layer type). Formulas as in transformers'
 * modeling_rope_utils.
 */
final class RotaryReader {
    private static final double LARGEST = 1e12;
    private static final int MOST_POSITIONS = ModelConfig.MOST_POSITIONS;

    private final ConfigNode keys;
    private final int headSize;
    private final int maximumPositions;

    RotaryReader(ConfigNode keys, int headSize, int maximumPositions) {
        this.keys = keys;
        this.headSize = headSize;
        this.maximumPositions = maximumPositions;
    }

    Rotary read(double theta, double share) {
        Optional<ConfigNode> parameters = keys.object("rope_parameters");
        return parameters.isPresent()
                ? rotary(parameters.get(), theta, share)
                : oldForm(keys.either("rope_theta", "rotary_emb_base"), theta, share, keys.object("rope_scaling"));
    }

    Rotary read(String layerType, String oldThetaKey, boolean oldScaling, double theta) {
        Optional<ConfigNode> parameters = keys.object("rope_parameters").flatMap(node -> node.object(layerType));
        if (parameters.isPresent()) {
            return rotary(parameters.get(), theta, 1);
        }
        return oldForm(oldThetaKey, theta, 1, oldScaling ? keys.object("rope_scaling") : Optional.empty());
    }

    private Rotary rotary(ConfigNode parameters, double theta, double share) {
        double ownTheta = parameters.number("rope_theta", 1, LARGEST, keys.number("rope_theta", 1, LARGEST, theta));
        int width = width(parameters.has("partial_rotary_factor") ? parameters : keys, share);
        return new Rotary(ownTheta, width, scaling(parameters, width));
    }

    private Rotary oldForm(String thetaKey, double theta, double share, Optional<ConfigNode> scaling) {
        int width = width(keys, share);
        return new Rotary(
                keys.number(thetaKey, 1, LARGEST, theta),
                width,
                scaling.isPresent() ? scaling(scaling.get(), width) : new Scaling.None());
    }

    private int width(ConfigNode holder, double share) {
        String key = holder.either("partial_rotary_factor", "rotary_pct");
        int width = (int) (headSize * holder.number(key, 0, 1, share));
        if (width < 2 || width % 2 != 0) {
            throw holder.unusable(key, "a share of the head size %d that is even".formatted(headSize));
        }
        return width;
    }

    private Scaling scaling(ConfigNode node, int width) {
        String key = node.either("rope_type", "type");
        if (!node.has(key)) {
            return new Scaling.None();
        }
        return switch (node.text(key)) {
            case "default" -> new Scaling.None();
            case "linear" -> new Scaling.Linear(factor(node));
            case "dynamic" -> new Scaling.Dynamic(factor(node), maximumPositions);
            case "llama3" -> llama3(node);
            case "yarn" -> yarn(node);
            case "longrope", "su" -> longRope(node, width / 2);
            default -> throw node.unusable(key, "default, linear, dynamic, llama3, yarn or longrope");
        };
    }

    private Scaling llama3(ConfigNode node) {
        double low = node.number("low_freq_factor", 1e-6, LARGEST);
        double high = node.number("high_freq_factor", 1e-6, LARGEST);
        if (high <= low) {
            throw node.unusable("high_freq_factor", "a number above low_freq_factor, which is " + low);
        }
        return new Scaling.Llama3(factor(node), low, high, original(node));
    }

    private Scaling yarn(ConfigNode node) {
        int original = original(node);
        double factor = node.number("factor", 1e-6, LARGEST, maximumPositions / (double) original);
        double mscale = node.number("mscale", 0, LARGEST, 0);
        double mscaleAllDimensions = node.number("mscale_all_dim", 0, LARGEST, 0);
        double attention = mscale != 0 && mscaleAllDimensions != 0
                ? magnitude(factor, mscale) / magnitude(factor, mscaleAllDimensions)
                : magnitude(factor, 1);
        return new Scaling.Yarn(
                factor,
                original,
                node.number("attention_factor", 1e-6, LARGEST, attention),
                node.number("beta_fast", 1e-6, LARGEST, 32),
                node.number("beta_slow", 1e-6, LARGEST, 1),
                node.flag("truncate", true));
    }

    private static double magnitude(double factor, double scale) {
        return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
    }

    private Scaling longRope(ConfigNode node, int size) {
        int original = original(node);
        double factor = node.number("factor", 1e-6, LARGEST, maximumPositions / (double) original);
        double attention = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
        return new Scaling.LongRope(
                factors(node, "short_factor", size),
                factors(node, "long_factor", size),
                original,
                node.number("attention_factor", 1e-6, LARGEST, attention));
    }

    private static List<Double> factors(ConfigNode node, String key, int size) {
        List<Double> factors = node.numbers(key, 1e-6, LARGEST);
        if (factors.size() != size) {
            throw node.unusable(key, "%d numbers, one for each rotated pair".formatted(size));
        }
        return factors;
    }

    private static double factor(ConfigNode node) {
        return node.number("factor", 1e-6, LARGEST);
    }

    /** Phi-3 keeps the length outside of the scaling's object, and that one wins. */
    private int original(ConfigNode node) {
        String key = "original_max_position_embeddings";
        return (keys.has(key) ? keys : node).integer(key, 2, MOST_POSITIONS, maximumPositions);
    }
}
