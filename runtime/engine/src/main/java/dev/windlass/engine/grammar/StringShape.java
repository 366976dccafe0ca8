package dev.windlass.engine.grammar;

import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;

/**
 * What several schemas together ask of a string.
 *
 * @param patterns automata over characters that must all match
 */
record StringShape(int least, int most, List<Automaton> patterns, SchemaPart at) {
    private static final int UNBOUNDED = Integer.MAX_VALUE;
    /** A longer bound costs more states than a grammar may have. */
    private static final int LONGEST = 8192;
    /** Up to here characters of a bounded string may be spelled in every way that JSON knows. */
    private static final int ALL_SPELLINGS = 256;

    private static final int MOST_STATES = 50_000;

    static StringShape of(List<SchemaPart> parts) {
        int least = 0;
        int most = UNBOUNDED;
        var patterns = new ArrayList<Automaton>();
        for (SchemaPart part : parts) {
            least = Math.max(least, part.integer("minLength", 0));
            most = Math.min(most, part.integer("maxLength", UNBOUNDED));
            part.text("pattern").ifPresent(pattern -> patterns.add(parsed(part, pattern)));
            part.text("format")
                    .filter(format -> !StringFormats.isNumeric(format))
                    .ifPresent(format -> patterns.add(EcmaRegex.matchingWhole(StringFormats.pattern(format)
                            .orElseThrow(() -> part.refuse(
                                    "format",
                                    "\"%s\" is not supported (known: %s)".formatted(format, StringFormats.known()))))));
        }
        var shape = new StringShape(least, most, patterns, parts.getFirst());
        if (Math.max(least, most == UNBOUNDED ? 0 : most) > LONGEST) {
            throw shape.at.refuse(least > LONGEST ? "minLength" : "maxLength", "must be at most " + LONGEST);
        }
        return shape;
    }

    private static Automaton parsed(SchemaPart part, String pattern) {
        try {
            return EcmaRegex.foundIn(pattern);
        } catch (GrammarException unsupported) {
            throw part.refuse("pattern", String.valueOf(unsupported.getMessage()));
        }
    }

    boolean isFree() {
        return least == 0 && most == UNBOUNDED && patterns.isEmpty();
    }

    boolean matches(String text) {
        int length = text.codePointCount(0, text.length());
        if (length < least || length > most) {
            return false;
        }
        int[] characters = text.codePoints().toArray();
        for (Automaton pattern : patterns) {
            if (!runs(pattern, characters)) {
                return false;
            }
        }
        return true;
    }

    private static boolean runs(Automaton automaton, int[] characters) {
        var only = Automata.makeString(characters, 0, characters.length);
        return !Operations.isEmpty(Operations.intersection(automaton, only));
    }

    /** Writes the string, quotes and all, from the start of a rule to its end. */
    void write(Nfa nfa) {
        int start = nfa.literal(0, "\"");
        int end = nfa.state();
        if (patterns.isEmpty()) {
            writeLengths(nfa, start, end);
        } else {
            nfa.characters(intersection(), start, end, true);
        }
        nfa.accept(nfa.literal(end, "\""));
    }

    private void writeLengths(Nfa nfa, int start, int end) {
        int state = start;
        boolean bounded = most != UNBOUNDED;
        int last = bounded ? most : least;
        for (int length = 0; length <= last; length++) {
            if (length >= least) {
                nfa.empty(state, end);
            }
            boolean isLast = length == last;
            if (isLast && bounded) {
                break;
            }
            int next = isLast ? state : nfa.state();
            var encoding = new CharacterEncoding(nfa);
            if (last <= ALL_SPELLINGS) {
                encoding.anyCharacter(state, next);
            } else {
                encoding.plainOrShort(state, next);
            }
            state = next;
        }
    }

    private Automaton intersection() {
        Automaton all = patterns.getFirst();
        for (Automaton pattern : patterns.subList(1, patterns.size())) {
            all = intersection(all, pattern);
        }
        if (least > 0 || most != UNBOUNDED) {
            Automaton any = Automata.makeAnyChar();
            Automaton lengths = most == UNBOUNDED
                    ? Operations.repeat(any, least)
                    : Operations.repeat(any, least, Math.max(least, most));
            all = intersection(all, lengths);
        }
        return Operations.removeDeadStates(all);
    }

    private Automaton intersection(Automaton a, Automaton b) {
        if ((long) a.getNumStates() * b.getNumStates() > MOST_STATES * 20L) {
            throw at.refuse("pattern", "together with the bounds on length is too complex");
        }
        return Operations.intersection(a, b);
    }
}
