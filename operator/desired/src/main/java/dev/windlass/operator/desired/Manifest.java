package dev.windlass.operator.desired;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/** Objects as a YAML file that {@code kubectl apply} takes. */
public final class Manifest {
    private static final ObjectWriter WRITER = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                    .disable(YAMLGenerator.Feature.SPLIT_LINES)
                    .stringQuotingChecker(new Quoting())
                    .build())
            .build()
            .writer();

    private Manifest() {}

    /** One document for each object. */
    public static String of(List<? extends HasMetadata> objects) {
        var text = new StringBuilder();
        try {
            for (HasMetadata object : objects) {
                text.append(WRITER.writeValueAsString(object));
            }
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("an object that cannot be written", impossible);
        }
        return text.toString();
    }

    /** Also quotes what only some readers take for numbers, such as the 0b11 and 1e3 that a hash or a label can be. */
    private static final class Quoting extends StringQuotingChecker.Default {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean needToQuoteValue(String value) {
            return value.isEmpty() || "0123456789+-.".indexOf(value.charAt(0)) >= 0 || super.needToQuoteValue(value);
        }
    }
}
