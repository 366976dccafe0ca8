package dev.windlass.cli;

/** What a command's exit status tells a script. Usage errors are picocli's 2. */
final class ExitCode {
    static final int OK = 0;
    /** Something failed that should not have: a fault of Windlass, or of the machine. */
    static final int FAILED = 1;
    /** The command line is wrong. */
    static final int USAGE = 2;
    /** An input cannot be used: a resource, a model's files, a source that refuses. */
    static final int INPUT = 3;
    /** A server or a source cannot be reached. */
    static final int UNREACHABLE = 4;
    /** The model is not the one that was asked for by its digest. */
    static final int MISMATCH = 5;
    /** Ended by Ctrl-C: what a shell reports for a process that a signal ended, 128 and the signal's number. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}
}
