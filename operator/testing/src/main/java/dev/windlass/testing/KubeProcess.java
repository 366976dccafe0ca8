package dev.windlass.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that runs until it is closed, and writes to a log of its own. */
final class KubeProcess implements AutoCloseable {
    private static final int LOG_LINES = 30;

    private final String name;
    private final Process process;
    private final Path log;

    private KubeProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    static KubeProcess start(String name, Path directory, List<String> command) {
        Path log = directory.resolve(name + ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new KubeProcess(name, process, log);
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot start " + command.getFirst(), problem);
        }
    }

    /** Fails where the program has ended by itself. */
    void requireAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    "%s ended with status %d:%n%s".formatted(name, process.exitValue(), lastLines()));
        }
    }

    String lastLines() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException problem) {
            return "(no log: " + problem.getMessage() + ")";
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
