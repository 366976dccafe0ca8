package dev.windlass.operator.status;

import dev.windlass.api.LlmDeploymentStatus;
import dev.windlass.operator.observe.Loading;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a starting pod does, in the status' words. */
public final class LoadingWords {
    /** The reasons of conditions whose messages tell of progress, and so are new at every look. */
    public static final Set<String> REASONS = Set.of("Downloading", "Converting", "Loading");

    private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB");
    private static final int LONG_SECONDS = 120;

    private LoadingWords() {}

    /** One of {@link #REASONS}. What says that it is loaded has yet to pass its probe. */
    static String reason(Loading loading) {
        return switch (loading.phase()) {
            case Downloading -> "Downloading";
            case Converting -> "Converting";
            case Loading, Ready -> "Loading";
        };
    }

    static LlmDeploymentStatus.Phase phase(Loading loading) {
        return LlmDeploymentStatus.Phase.valueOf(reason(loading));
    }

    /** Such as {@code 63 % of 14.2 GB, 412 MB/s, about 41 s}. */
    static String message(Loading loading) {
        return switch (loading.phase()) {
            case Downloading, Converting -> counted(loading);
            case Loading -> "the model is opened and warmed up";
            case Ready -> "the model is loaded, and the pod is about to be ready";
        };
    }

    private static String counted(Loading loading) {
        if (loading.done() == 0 && loading.total() == 0) {
            return "begins";
        }
        var words = new StringBuilder(
                loading.percent() == null
                        ? bytes(loading.done())
                        : loading.percent() + " % of " + bytes(loading.total()));
        if (loading.bytesPerSecond() > 0) {
            words.append(", ").append(bytes(loading.bytesPerSecond())).append("/s");
        }
        Long remaining = loading.remainingSeconds();
        if (remaining != null) {
            words.append(", about ").append(time(remaining));
        }
        return words.toString();
    }

    private static String time(long seconds) {
        return seconds < LONG_SECONDS ? seconds + " s" : Math.ceilDiv(seconds, 60L) + " min";
    }

    /** With three digits. */
    static String bytes(long count) {
        double amount = count;
        int unit = 0;
        while (amount >= 999.5 && unit + 1 < UNITS.size()) {
            amount /= 1000;
            unit++;
        }
        String format = unit == 0 || amount >= 99.95 ? "%.0f %s" : amount >= 9.995 ? "%.1f %s" : "%.2f %s";
        return String.format(Locale.ROOT, format, amount, UNITS.get(unit));
    }

    static LlmDeploymentStatus.Download download(Loading loading) {
        return new LlmDeploymentStatus.Download(
                loading.percent(), loading.bytesPerSecond(), loading.remainingSeconds());
    }
}
