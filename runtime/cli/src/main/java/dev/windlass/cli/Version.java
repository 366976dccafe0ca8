package dev.windlass.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version of the build, as its jar says. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"windlass " + text()};
    }

    static String text() {
        return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "development");
    }
}
