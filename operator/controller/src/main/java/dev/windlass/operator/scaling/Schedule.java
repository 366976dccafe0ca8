package dev.windlass.operator.scaling;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A minimum at certain hours.
 *
 * <p>Times are the zone's wall clock. A start or end that a clock change skips happens as much later as the clock jumps; one
 * that happens twice starts at the first and ends at the last of the two. An end not after the start is on the next day.
 *
 * @param days on which it starts
 */
public record Schedule(String name, Set<DayOfWeek> days, LocalTime start, LocalTime end, ZoneId zone, int minReplicas) {
    public Schedule {
        days = Set.copyOf(days);
        if (days.isEmpty() || minReplicas < 0) {
            throw new IllegalArgumentException(
                    "schedule %s: expected at least one day and minReplicas of at least 0, got %s and %d"
                            .formatted(name, days, minReplicas));
        }
    }

    /**
     * One time it holds.
     *
     * @param from the first instant
     * @param until the first instant after it
     */
    record Occurrence(Instant from, Instant until) {
        boolean contains(Instant now) {
            return !now.isBefore(from) && now.isBefore(until);
        }
    }

    boolean isActive(Instant now) {
        return around(now).anyMatch(occurrence -> occurrence.contains(now));
    }

    /** When it next starts or ends: within eight days, since it starts at least weekly. */
    Instant nextChange(Instant now) {
        return around(now)
                .flatMap(occurrence -> Stream.of(occurrence.from(), occurrence.until()))
                .filter(now::isBefore)
                .min(Instant::compareTo)
                .orElseThrow();
    }

    private Stream<Occurrence> around(Instant now) {
        LocalDate today = now.atZone(zone).toLocalDate();
        return today.minusDays(2)
                .datesUntil(today.plusDays(9))
                .filter(date -> days.contains(date.getDayOfWeek()))
                .map(this::on);
    }

    private Occurrence on(LocalDate date) {
        LocalDate lastDay = end.isAfter(start) ? date : date.plusDays(1);
        return new Occurrence(
                date.atTime(start).atZone(zone).withEarlierOffsetAtOverlap().toInstant(),
                lastDay.atTime(end).atZone(zone).withLaterOffsetAtOverlap().toInstant());
    }
}
