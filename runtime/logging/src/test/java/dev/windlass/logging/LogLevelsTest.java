package dev.windlass.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogLevelsTest {
    @Test
    void changesWhatALoggerWritesAndThoseBelowIt() {
        var log = LoggerFactory.getLogger("dev.windlass.changing.Part");
        LogLevels.set("dev.windlass.changing", LogLevel.DEBUG);
        assertThat(log.isDebugEnabled()).isTrue();
        assertThat(log.isTraceEnabled()).isFalse();

        LogLevels.set("dev.windlass.changing", LogLevel.OFF);
        assertThat(log.isErrorEnabled()).isFalse();

        LogLevels.set("dev.windlass.changing", LogLevel.WARN);
        assertThat(log.isInfoEnabled()).isFalse();
        assertThat(log.isWarnEnabled()).isTrue();
    }

    @Test
    void saysWhatALoggerHasAndWhatHolds() {
        LogLevels.set("dev.windlass.saying", LogLevel.TRACE);

        assertThat(LogLevels.read("dev.windlass.saying.deep.Down"))
                .isEqualTo(new LogLevels.State("dev.windlass.saying.deep.Down", null, LogLevel.TRACE));
        assertThat(LogLevels.all()).containsKeys("ROOT", "dev.windlass.saying");

        LogLevels.set("dev.windlass.saying", null);

        assertThat(LogLevels.read("dev.windlass.saying").level()).isNull();
        assertThat(LogLevels.all()).doesNotContainKey("dev.windlass.saying");
        assertThat(LogLevels.read("ROOT").level())
                .isEqualTo(LogLevels.read("ROOT").effectiveLevel());
    }

    @Test
    void keepsALevelOfALoggerThatNobodyHolds() {
        LogLevels.set("dev.windlass.forgotten", LogLevel.TRACE);
        System.gc();
        assertThat(LogLevels.read("dev.windlass.forgotten").level()).isEqualTo(LogLevel.TRACE);
    }

    @Test
    void refusesWhatIsNoName() {
        for (String name : new String[] {"a b", "../x", "a..b", ".", "x".repeat(201)}) {
            assertThatThrownBy(() -> LogLevels.set(name, LogLevel.INFO))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected a name");
        }
        assertThatThrownBy(() -> LogLevels.set("ROOT", null)).hasMessageContaining("nothing is above it");
    }

    @Test
    void namesTheLevelsOfTheJdkToo() {
        assertThat(LogLevel.of(Level.CONFIG)).isEqualTo(LogLevel.DEBUG);
        assertThat(LogLevel.of(Level.FINER)).isEqualTo(LogLevel.TRACE);
        assertThat(LogLevel.of(Level.ALL)).isEqualTo(LogLevel.TRACE);
        assertThat(LogLevel.of(Level.SEVERE)).isEqualTo(LogLevel.ERROR);
    }

    @Test
    void readsALineOfLevels() {
        assertThat(LevelList.parse(" debug, io.helidon=Info,ROOT=error", "dev.windlass"))
                .containsExactly(
                        Map.entry("dev.windlass", LogLevel.DEBUG),
                        Map.entry("io.helidon", LogLevel.INFO),
                        Map.entry("ROOT", LogLevel.ERROR));
        assertThat(LevelList.parse("", "dev.windlass")).isEmpty();
        assertThatThrownBy(() -> LevelList.parse("io.helidon=loud", "dev.windlass"))
                .hasMessage("WINDLASS_LOG_LEVEL: expected a level, one of [TRACE, DEBUG, INFO, WARN, ERROR, OFF],"
                        + " got \"loud\"");
        assertThatThrownBy(() -> LogFormat.parse("xml"))
                .hasMessage("WINDLASS_LOG_FORMAT: expected text or json, got \"xml\"");
    }
}
