package dev.windlass.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheDirectoryTest {
    private static final Path HOME = Path.of("/home/me");

    @Test
    void prefersItsOwnVariable() {
        var environment = Map.of("WINDLASS_CACHE", "/cache", "XDG_CACHE_HOME", "/xdg");
        assertThat(CacheDirectory.standard(environment, HOME).root()).isEqualTo(Path.of("/cache"));
    }

    @Test
    void sharesTheDesktopsCacheDirectory() {
        assertThat(CacheDirectory.standard(Map.of("XDG_CACHE_HOME", "/xdg"), HOME)
                        .root())
                .isEqualTo(Path.of("/xdg/windlass"));
    }

    @Test
    void fallsBackToTheHome() {
        assertThat(CacheDirectory.standard(Map.of("WINDLASS_CACHE", " "), HOME).artifacts())
                .isEqualTo(Path.of("/home/me/.cache/windlass/artifacts"));
    }
}
