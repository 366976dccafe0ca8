package dev.windlass.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.api.ResourceFile;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What resources become, reviewed as files; {@code -Dwindlass.golden.write=true} writes them anew. */
class GoldenTest {
    static List<Path> cases() {
        return Cases.files();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void becomesTheObjectsThatWereReviewed(Path file) throws IOException {
        String rendered = Manifest.of(objects(file));
        Path golden = Cases.GOLDEN.resolve(file.getFileName());
        if (Boolean.getBoolean("windlass.golden.write")) {
            Files.createDirectories(Cases.GOLDEN);
            Files.writeString(golden, rendered);
        }

        assertThat(golden)
                .as("%s, which -Dwindlass.golden.write=true writes anew", golden)
                .hasContent(rendered);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isTheSameEveryTime(Path file) {
        assertThat(objects(file)).isEqualTo(objects(file));
    }

    private static List<HasMetadata> objects(Path file) {
        var desired = new DesiredObjects(Cases.installation(file));
        return ResourceFile.read(file).stream()
                .flatMap(resource -> desired.initial(resource).stream())
                .toList();
    }
}
