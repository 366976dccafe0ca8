package dev.windlass.policy.filter.match;

import java.util.List;

/** A regular expression as far as it says which characters follow each other. */
sealed interface Syntax {
    /** Nothing: what asks where it stands, and takes no character. */
    Syntax NOTHING = new Sequence(List.of());

    /** One character. */
    record One(CharacterSet set) implements Syntax {}

    /** One after the other. */
    record Sequence(List<Syntax> parts) implements Syntax {
        public Sequence {
            parts = List.copyOf(parts);
        }
    }

    /** One of several. */
    record Either(List<Syntax> choices) implements Syntax {
        public Either {
            choices = List.copyOf(choices);
        }
    }

    /** @param most -1 for any number */
    record Repeated(Syntax what, int least, int most) implements Syntax {}
}
