package dev.windlass.operator.rollout;

import org.jspecify.annotations.Nullable;

/**
 * What a person asked for by annotation. Each acts once, on the revision it names.
 *
 * @param promote the revision to promote without further steps
 * @param abort the revision to give up
 */
public record Instructions(
        @Nullable String promote, @Nullable String abort) {
    public static final Instructions NONE = new Instructions(null, null);

    /** What is left of these when those already acted upon are set aside. */
    Instructions without(Instructions handled) {
        return new Instructions(
                promote != null && promote.equals(handled.promote) ? null : promote,
                abort != null && abort.equals(handled.abort) ? null : abort);
    }

    boolean promotes(String revision) {
        return revision.equals(promote);
    }

    boolean aborts(String revision) {
        return revision.equals(abort);
    }
}
