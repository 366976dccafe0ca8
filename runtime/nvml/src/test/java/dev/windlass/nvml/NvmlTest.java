package dev.windlass.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a library compiled here, which has NVML's functions and NVML's ways to fail, but no GPU. */
class NvmlTest {
    private static final Path SOURCE = Path.of("src", "test", "resources", "nvml", "fake.c");

    @TempDir
    private Path directory;

    private String compile(String... options) throws IOException, InterruptedException {
        assumeTrue(
                System.getProperty("os.name").equals("Linux") && Files.isExecutable(Path.of("/usr/bin/gcc")),
                "there is no gcc to compile the library with");
        Path library = directory.resolve("libfake.so");
        var command = new ArrayList<>(
                List.of("/usr/bin/gcc", "-shared", "-fPIC", "-Wall", "-Werror", "-o", library.toString()));
        command.addAll(List.of(options));
        command.add(SOURCE.toString());
        var gcc = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("gcc.log").toFile())
                .start();
        assertThat(gcc.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(gcc.exitValue())
                .as(Files.readString(directory.resolve("gcc.log")))
                .isZero();
        return library.toString();
    }

    @Test
    void readsEveryDeviceThatAnswersAndOfEachWhatItTells() throws Exception {
        try (var nvml = Nvml.open(compile()).orElseThrow()) {
            assertThat(nvml.read())
                    .containsExactly(
                            new GpuReading(
                                    0,
                                    "GPU-4d6b0c3e-0000-1111-2222-333344445555",
                                    OptionalDouble.of(.87),
                                    OptionalDouble.of(60.0 * (1 << 30)),
                                    OptionalDouble.of(80.0 * (1 << 30)),
                                    OptionalDouble.of(412.5),
                                    OptionalDouble.of(63)),
                            new GpuReading(
                                    1,
                                    "GPU-second",
                                    OptionalDouble.empty(),
                                    OptionalDouble.of(0),
                                    OptionalDouble.of(80.0 * (1 << 30)),
                                    OptionalDouble.empty(),
                                    OptionalDouble.empty()));
        }
    }

    @Test
    void readsOnWhereAFunctionIsMissing() throws Exception {
        try (var nvml = Nvml.open(compile("-DWITHOUT_POWER")).orElseThrow()) {
            assertThat(nvml.read())
                    .hasSize(2)
                    .allSatisfy(gpu -> assertThat(gpu.power()).isEmpty());
            assertThat(nvml.read().getFirst().temperature()).hasValue(63);
        }
    }

    @Test
    void isNotThereWithoutALibraryADriverOrWhatNothingGoesWithout() throws Exception {
        assertThat(Nvml.open(directory.resolve("libabsent.so").toString())).isEmpty();
        assertThat(Nvml.open("libnvidia-ml-that-nobody-has.so.1")).isEmpty();
        assertThat(Nvml.open(compile("-DNO_DRIVER"))).isEmpty();
        assertThat(Nvml.open(compile("-DWITHOUT_COUNT"))).isEmpty();
        assertThat(Nvml.open(Files.writeString(directory.resolve("text.so"), "no library")
                        .toString()))
                .isEmpty();
    }

    @Test
    void readsNothingAfterItsEnd() throws Exception {
        var nvml = Nvml.open(compile()).orElseThrow();
        nvml.close();
        nvml.close();
        assertThat(nvml.read()).isEmpty();
    }
}
