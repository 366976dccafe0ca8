package dev.windlass.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class DefinitionTest {
    @Test
    void theFileCheckedInIsWhatTheRecordsSay() throws IOException {
        String generated = Definition.generate();
        if (Boolean.getBoolean("windlass.golden.write")) {
            Files.createDirectories(Definition.FILE.getParent());
            Files.writeString(Definition.FILE, generated);
        }

        assertThat(Definition.FILE)
                .as("crds/%s, which hack/generate-crds writes anew", Definition.FILE.getFileName())
                .hasContent(generated);
    }

    @Test
    void isSmallEnoughForEveryToolThatCarriesIt() {
        assertThat(Definition.generate().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(64 * 1024);
    }
}
