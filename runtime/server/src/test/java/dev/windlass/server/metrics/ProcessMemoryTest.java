package dev.windlass.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
    @Test
    void readsWhatLinuxSays() {
        String status = """
                Name:\tjava
                VmHWM:\t  900000 kB
                VmRSS:\t  573440 kB
                RssAnon:\t  500000 kB
                RssFile:\t   73440 kB
                RssShmem:\t       0 kB
                """;

        assertThat(ProcessMemory.parse(status))
                .containsOnlyKeys("resident", "anonymous", "file", "shared")
                .containsEntry("resident", 573_440L * 1024)
                .containsEntry("file", 73_440L * 1024)
                .containsEntry("shared", 0L);
        assertThat(ProcessMemory.parse("")).isEmpty();
    }
}
