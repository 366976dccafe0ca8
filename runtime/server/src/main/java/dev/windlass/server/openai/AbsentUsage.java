package dev.windlass.server.openai;

import org.jspecify.annotations.Nullable;

/** Leaves {@code usage} out where nobody asked for it, and keeps its null where somebody did. */
final class AbsentUsage {
    /** Stands for a usage that is left out altogether. */
    static final AbsentUsage ABSENT = new AbsentUsage();

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AbsentUsage;
    }

    @Override
    public int hashCode() {
        return 1;
    }
}
