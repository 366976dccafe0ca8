package dev.windlass.server.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.windlass.model.InvalidModelException;
import dev.windlass.model.config.EncoderTask;
import dev.windlass.model.config.ModelConfig;
import dev.windlass.model.config.Pooling;
import dev.windlass.model.family.EncoderSpec;
import dev.windlass.model.family.Families;
import dev.windlass.model.source.ModelSource;
import dev.windlass.model.weight.Quantization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EncoderSizingTest {
    /** It has 4 heads and 48 positions. */
    private static final Path MODEL = Path.of("src/test/resources/encoders/embedder");

    private static final EncoderTask TASK = new EncoderTask.Embed(Pooling.MEAN, true, 0);
    private static final long PLENTY = 1L << 30;

    private static EncoderSizing of(EncoderTask task, int context, int tokens, long memory) throws IOException {
        EncoderSpec spec = Families.describeEncoder(ModelConfig.read(MODEL));
        var settings = new ModelSettings(
                new ModelSource.Local(MODEL), "m", Set.of(), Quantization.NONE, context, 0, tokens, 1, 1);
        return EncoderSizing.of(MODEL, spec, task, settings, memory);
    }

    @Test
    void takesTheLongestTextTheModelWasMadeFor() throws IOException {
        assertThat(of(TASK, 0, 0, PLENTY).capacity()).isEqualTo(48);
        assertThat(of(new EncoderTask.Embed(Pooling.MEAN, true, 24), 0, 0, PLENTY)
                        .capacity())
                .isEqualTo(24);
        assertThat(of(new EncoderTask.Embed(Pooling.MEAN, true, 512), 0, 0, PLENTY)
                        .capacity())
                .isEqualTo(48);
    }

    @Test
    void takesShorterTextsWhereScoresWouldNotFit() throws IOException {
        assertThat(of(TASK, 0, 0, 4 * 4 * 20 * 20).capacity()).isEqualTo(20);
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> of(TASK, 21, 0, 4 * 4 * 20 * 20))
                .withMessageContaining("21 tokens");
    }

    @Test
    void refusesTextsLongerThanTheModelsPositions() {
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> of(TASK, 49, 0, PLENTY))
                .withMessageContaining("48");
    }

    @Test
    void hasRoomForOneWholeTextInEveryBatch() throws IOException {
        assertThat(of(TASK, 40, 16, PLENTY)).isEqualTo(new EncoderSizing(40, 40));
        assertThat(of(TASK, 40, 100, PLENTY)).isEqualTo(new EncoderSizing(40, 100));
    }
}
