package dev.windlass.engine.grammar;

/** What one compilation may cost, so that no constraint a client sends can hold a thread or fill the heap. */
final class CompileBudget {
    private static final int STATES = 100_000;
    private static final long TABLE_ENTRIES = 8_000_000;
    private static final long STEPS = 40_000_000;

    private int states;
    private long tableEntries;
    private long steps;

    void spend(long count) {
        steps += count;
        require(steps <= STEPS, "steps", STEPS);
    }

    void spendState() {
        states++;
        require(states <= STATES, "states", STATES);
    }

    void spendTable(int states, int classes) {
        tableEntries += (long) states * classes;
        require(tableEntries <= TABLE_ENTRIES, "transitions", TABLE_ENTRIES);
    }

    private static void require(boolean holds, String what, long limit) {
        if (!holds) {
            throw new GrammarException(
                    "the constraint is too complex: compiling it takes more than %d %s".formatted(limit, what));
        }
    }
}
