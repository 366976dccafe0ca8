package dev.windlass.model.artifact;

/** Is told how far a conversion is, several times a second, by the thread that asked for it. */
@FunctionalInterface
public interface Progress {
    /** What is being done. */
    enum Phase {
        /** Another process converts the same model. */
        WAITING,
        /** The weights are read to know whether they were converted before. */
        DIGESTING,
        /** The weights are quantised and written. */
        CONVERTING,
        /** What was written goes to the disk. */
        SYNCING
    }

    /** @param total bytes to be read in this phase, or 0 where that is not known */
    void update(Phase phase, long done, long total);
}
