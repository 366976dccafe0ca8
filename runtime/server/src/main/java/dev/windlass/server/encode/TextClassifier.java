package dev.windlass.server.encode;

import dev.windlass.engine.run.EncoderText;
import dev.windlass.server.registry.EncoderPurpose.Classify;
import dev.windlass.server.registry.ServedEncoder;
import java.util.ArrayList;
import java.util.List;

/** A served classifier, for whoever wants to know which labels texts have. */
public final class TextClassifier {
    private final ServedEncoder encoder;
    private final Classify purpose;

    /** @throws IllegalArgumentException when the encoder is for something else */
    public TextClassifier(ServedEncoder encoder) {
        if (!(encoder.purpose() instanceof Classify classify)) {
            throw new IllegalArgumentException("model %s: expected one that classifies texts, found one that %s"
                    .formatted(encoder.name(), encoder.use()));
        }
        this.encoder = encoder;
        this.purpose = classify;
    }

    /** How probable each label is, in the order of {@link #labels()}, and which is the most probable one. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Verdict(String label, float[] probabilities) {}

    /** What texts may be. */
    public List<String> labels() {
        return purpose.labels();
    }

    /**
     * Classifies texts together.
     *
     * @throws dev.windlass.http.ApiException when it cannot, or not in time
     */
    public List<Verdict> classify(List<EncoderText> texts, Waiting waiting) {
        List<Verdict> verdicts = new ArrayList<>(texts.size());
        for (float[] logits : waiting.run(encoder.engine(), texts)) {
            float[] probabilities = purpose.several() ? Vectors.sigmoids(logits) : Vectors.softmax(logits);
            verdicts.add(new Verdict(labels().get(largest(probabilities)), probabilities));
        }
        return verdicts;
    }

    private static int largest(float[] values) {
        int largest = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[largest]) {
                largest = i;
            }
        }
        return largest;
    }
}
