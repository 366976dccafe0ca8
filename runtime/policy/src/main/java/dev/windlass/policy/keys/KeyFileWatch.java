package dev.windlass.policy.keys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps keys as files say. It looks at the texts and not at the files' events: those miss mounted volumes, which change by a link. A text that is
 * wrong is reported, and the keys stay.
 */
public final class KeyFileWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyFileWatch.class);

    private final List<Path> places;
    private final CurrentKeys keys;
    private final Duration pause;
    private final Thread thread;
    private volatile boolean closed;
    private List<String> seen = List.of();
    private String problem = "";

    private KeyFileWatch(List<Path> places, CurrentKeys keys, Duration pause) {
        this.places = List.copyOf(places);
        this.keys = keys;
        this.pause = pause;
        this.thread = Thread.ofVirtual().name("key-files").unstarted(this::watch);
    }

    /**
     * Reads files and folders of files, and goes on to look for changes.
     *
     * @throws UncheckedIOException when one cannot be read
     * @throws IllegalArgumentException when what one says is wrong
     */
    public static KeyFileWatch start(List<Path> places, CurrentKeys keys, Duration pause) {
        var watch = new KeyFileWatch(places, keys, pause);
        try {
            watch.look();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        watch.thread.start();
        return watch;
    }

    private void look() throws IOException {
        var texts = new ArrayList<String>();
        for (Path place : places) {
            texts.addAll(SecretFile.texts(place));
        }
        if (!texts.equals(seen)) {
            keys.replace(KeyRing.of(texts.stream()
                    .flatMap(text -> SecretFile.parse(text).stream())
                    .toList()));
            seen = texts;
        }
    }

    private void watch() {
        while (!closed) {
            LockSupport.parkNanos(pause.toNanos());
            try {
                look();
                problem = "";
            } catch (IOException | RuntimeException e) {
                report(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Says it once, and not at every look. */
    private void report(String found) {
        if (!found.equals(problem)) {
            LOG.warn("{} cannot be used, so the keys stay as they are: {}", places, found);
        }
        problem = found;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
