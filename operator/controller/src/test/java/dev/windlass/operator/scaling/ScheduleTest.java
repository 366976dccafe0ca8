package dev.windlass.operator.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {
    private static final Set<DayOfWeek> WEEKDAYS = EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY);

    /** 20 November 2026 is a Friday. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            08:00 | 19:00 | 2026-11-20T07:59:59 | false
            08:00 | 19:00 | 2026-11-20T08:00:00 | true
            08:00 | 19:00 | 2026-11-20T18:59:59 | true
            08:00 | 19:00 | 2026-11-20T19:00:00 | false
            08:00 | 19:00 | 2026-11-21T12:00:00 | false
            22:00 | 06:00 | 2026-11-20T21:59:59 | false
            22:00 | 06:00 | 2026-11-20T23:00:00 | true
            22:00 | 06:00 | 2026-11-21T05:59:59 | true
            22:00 | 06:00 | 2026-11-21T06:00:00 | false
            22:00 | 06:00 | 2026-11-21T23:00:00 | false
            22:00 | 06:00 | 2026-11-23T03:00:00 | false
            00:00 | 00:00 | 2026-11-20T23:59:59 | true
            00:00 | 00:00 | 2026-11-21T00:00:00 | false
            """)
    void holdsFromItsStartToItsEndOnTheDaysItStarts(
            LocalTime start, LocalTime end, LocalDateTime local, boolean active) {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        var schedule = new Schedule("office", WEEKDAYS, start, end, berlin, 2);
        assertThat(schedule.isActive(local.atZone(berlin).toInstant())).isEqualTo(active);
    }

    /** Clocks in Berlin went from 02:00 to 03:00 on 29 March 2026, and from 03:00 to 02:00 on 25 October 2026. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            02:30 | 05:00 | 2026-03-29T03:29:00+02:00 | false
            02:30 | 05:00 | 2026-03-29T03:30:00+02:00 | true
            01:00 | 02:30 | 2026-03-29T01:59:59+01:00 | true
            01:00 | 02:30 | 2026-03-29T03:29:59+02:00 | true
            01:00 | 02:30 | 2026-03-29T03:30:00+02:00 | false
            02:30 | 05:00 | 2026-10-25T02:29:00+02:00 | false
            02:30 | 05:00 | 2026-10-25T02:30:00+02:00 | true
            02:30 | 05:00 | 2026-10-25T02:10:00+01:00 | true
            01:00 | 02:30 | 2026-10-25T02:45:00+02:00 | true
            01:00 | 02:30 | 2026-10-25T02:29:59+01:00 | true
            01:00 | 02:30 | 2026-10-25T02:30:00+01:00 | false
            22:00 | 08:00 | 2026-10-25T07:59:59+01:00 | true
            22:00 | 08:00 | 2026-10-25T08:00:00+01:00 | false
            """)
    void startsAndEndsOnceWhenClocksChange(LocalTime start, LocalTime end, OffsetDateTime now, boolean active) {
        var schedule = new Schedule("night", EnumSet.allOf(DayOfWeek.class), start, end, ZoneId.of("Europe/Berlin"), 2);
        assertThat(schedule.isActive(now.toInstant())).isEqualTo(active);
    }

    @Test
    void knowsWhenItNextChanges() {
        var schedule = new Schedule(
                "office", WEEKDAYS, LocalTime.of(8, 0), LocalTime.of(19, 0), ZoneId.of("America/New_York"), 2);
        assertThat(schedule.nextChange(Instant.parse("2026-11-20T12:00:00Z"))).isEqualTo("2026-11-20T13:00:00Z");
        assertThat(schedule.nextChange(Instant.parse("2026-11-20T13:00:00Z"))).isEqualTo("2026-11-21T00:00:00Z");
        assertThat(schedule.nextChange(Instant.parse("2026-11-21T00:00:00Z"))).isEqualTo("2026-11-23T13:00:00Z");
    }

    @Test
    void isTheSameWhicheverSideOfTheWorldAsks() {
        var schedule = new Schedule(
                "office",
                Set.of(DayOfWeek.MONDAY),
                LocalTime.of(8, 0),
                LocalTime.of(19, 0),
                ZoneId.of("Pacific/Auckland"),
                2);
        assertThat(schedule.isActive(Instant.parse("2026-11-22T19:00:00Z"))).isTrue();
    }

    @Test
    void needsADay() {
        assertThatThrownBy(() -> new Schedule("x", Set.of(), LocalTime.NOON, LocalTime.MIDNIGHT, ZoneId.of("UTC"), 1))
                .hasMessageStartingWith("schedule x: expected at least one day");
    }
}
