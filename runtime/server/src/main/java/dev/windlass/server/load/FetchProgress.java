package dev.windlass.server.load;

import dev.windlass.model.artifact.Progress.Phase;
import dev.windlass.model.source.DownloadProgress;

/** Tells a listener of a model on its way here. */
public record FetchProgress(LoadListener listener) implements DownloadProgress {
    @Override
    public void update(long done, long total) {
        listener.downloading(done, total);
    }

    @Override
    public void checking(long done, long total) {
        listener.converting(Phase.DIGESTING, done, total);
    }
}
