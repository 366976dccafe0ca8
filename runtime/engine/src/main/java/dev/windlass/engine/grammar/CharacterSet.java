package dev.windlass.engine.grammar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;

/** A set of Unicode characters as ranges. */
record CharacterSet(List<Range> ranges) {
    static final CharacterSet ANY = of(0, Character.MAX_CODE_POINT);
    static final CharacterSet DIGIT = of('0', '9');
    static final CharacterSet WORD =
            of('0', '9').or(of('A', 'Z')).or(of('a', 'z')).or(of('_', '_'));
    /** White space and line ends as ECMA-262 has them. */
    static final CharacterSet SPACE = where(c -> (c >= 9 && c <= 13)
            || c == 0xfeff
            || c == 0x2028
            || c == 0x2029
            || Character.getType(c) == Character.SPACE_SEPARATOR);

    static final CharacterSet LINE_END = of('\n', '\n').or(of('\r', '\r')).or(of(0x2028, 0x2029));

    record Range(int low, int high) {}

    CharacterSet {
        ranges = List.copyOf(ranges);
    }

    static CharacterSet of(int low, int high) {
        return new CharacterSet(List.of(new Range(low, high)));
    }

    static CharacterSet where(IntPredicate belongs) {
        var ranges = new ArrayList<Range>();
        int start = -1;
        for (int c = 0; c <= Character.MAX_CODE_POINT + 1; c++) {
            boolean in = c <= Character.MAX_CODE_POINT && belongs.test(c);
            if (in && start < 0) {
                start = c;
            } else if (!in && start >= 0) {
                ranges.add(new Range(start, c - 1));
                start = -1;
            }
        }
        return new CharacterSet(ranges);
    }

    CharacterSet or(CharacterSet other) {
        var sorted = new ArrayList<>(ranges);
        sorted.addAll(other.ranges);
        sorted.sort(Comparator.comparingInt(Range::low));
        var merged = new ArrayList<Range>();
        for (Range range : sorted) {
            Range last = merged.isEmpty() ? null : merged.getLast();
            if (last != null && range.low <= last.high + 1) {
                merged.set(merged.size() - 1, new Range(last.low, Math.max(last.high, range.high)));
            } else {
                merged.add(range);
            }
        }
        return new CharacterSet(merged);
    }

    CharacterSet not() {
        var gaps = new ArrayList<Range>();
        int from = 0;
        for (Range range : ranges) {
            if (range.low > from) {
                gaps.add(new Range(from, range.low - 1));
            }
            from = range.high + 1;
        }
        if (from <= Character.MAX_CODE_POINT) {
            gaps.add(new Range(from, Character.MAX_CODE_POINT));
        }
        return new CharacterSet(gaps);
    }

    Automaton automaton() {
        if (ranges.isEmpty()) {
            return Automata.makeEmpty();
        }
        return Automata.makeCharClass(
                ranges.stream().mapToInt(Range::low).toArray(),
                ranges.stream().mapToInt(Range::high).toArray());
    }
}
