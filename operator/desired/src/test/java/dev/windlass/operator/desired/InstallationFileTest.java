package dev.windlass.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.api.InvalidResourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The installation's settings file. */
class InstallationFileTest {
    @TempDir
    Path directory;

    @Test
    void readsSettingsStrictly() throws IOException {
        Path file = Files.writeString(directory.resolve("settings.yaml"), """
                namespace: llm
                gpuClasses:
                  big: {nodeSelector: {pool: big}, tolerations: [{key: big, operator: Exists}], memory: 80Gi}
                """);

        Installation read = InstallationFile.read(file);

        assertThat(read.gateway()).isEqualTo("windlass-gateway.llm.svc.cluster.local");
        assertThat(read.gpuClasses()).containsOnlyKeys("big");
        assertThat(read.onCpu()).isEqualTo(Installation.STANDARD.onCpu());
        assertThat(read.mutualTls()).isEqualTo(Installation.MutualTls.Never);
        Files.writeString(file, "mutualTls: Require");
        assertThat(InstallationFile.read(file).mutualTls()).isEqualTo(Installation.MutualTls.Require);
        Files.writeString(file, "mutualTls: true");
        assertThatThrownBy(() -> InstallationFile.read(file))
                .isInstanceOf(InvalidResourceException.class)
                .hasMessageContaining("mutualTls: expected one of [Never, Accept, Use, Require], got true");
        Files.writeString(file, "\nnamespaces: llm\n");
        assertThatThrownBy(() -> InstallationFile.read(file))
                .isInstanceOf(InvalidResourceException.class)
                .hasMessageStartingWith(file + ": namespaces: no such setting; known here are [")
                .hasMessageContaining("gpuClasses");
    }
}
