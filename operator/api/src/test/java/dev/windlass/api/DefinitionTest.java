package dev.windlass.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DefinitionTest {
    @ParameterizedTest
    @EnumSource
    void theFileCheckedInIsWhatTheRecordsSay(Definition definition) throws IOException {
        String generated = definition.generate();
        if (Boolean.getBoolean("windlass.golden.write")) {
            Files.createDirectories(definition.file().getParent());
            Files.writeString(definition.file(), generated);
        }

        assertThat(definition.file())
                .as(
                        "crds/%s, which hack/generate-crds writes anew",
                        definition.file().getFileName())
                .hasContent(generated);
    }

    @ParameterizedTest
    @EnumSource
    void isSmallEnoughForEveryToolThatCarriesIt(Definition definition) {
        assertThat(definition.generate().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(64 * 1024);
    }
}
