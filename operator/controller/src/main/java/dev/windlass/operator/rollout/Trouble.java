package dev.windlass.operator.rollout;

import java.time.Instant;

/**
 * Why a revision's pods do not become ready.
 *
 * @param since when this trouble was first seen without a break
 * @param message the scheduler's, the container's or the runtime's own words
 */
public record Trouble(Kind kind, Instant since, String message) {
    /** What keeps the pods. */
    public enum Kind {
        /** No node has a GPU to spare. */
        InsufficientGpu("InsufficientGpu"),
        /** No node has room, for another want than of a GPU. */
        Unschedulable("Unschedulable"),
        /** The image cannot be fetched. */
        ImagePullFailed("ImagePullFailed"),
        /** The container took more memory than it may have. */
        OutOfMemory("OutOfMemory"),
        /** The container ends again and again. */
        CrashLooping("CrashLoop"),
        /** The runtime says that it cannot load the model. */
        LoadFailed("LoadFailed"),
        /** The source has another model than the digest says. */
        DigestMismatch("DigestMismatch"),
        /** What prepares the model could not fetch it, however often it tried. */
        DownloadFailed("DownloadFailed"),
        /** What prepares the model could not convert it, however often it tried. */
        ConvertFailed("ConvertFailed");

        private final String reason;

        Kind(String reason) {
            this.reason = reason;
        }

        /** The reason a condition, an event and the rollout's failure carry. */
        public String reason() {
            return reason;
        }

        /** Whether it is the cluster that has no room: another pod's end may mend it at any time. */
        public boolean isWantOfRoom() {
            return this == InsufficientGpu || this == Unschedulable;
        }

        /** Whether nobody tries any more, or in vain, so that there is nothing to be patient for. */
        public boolean isFinal() {
            return this == DigestMismatch || this == DownloadFailed || this == ConvertFailed;
        }

        /** Whether it is the model itself that cannot be had. */
        public boolean isOfModel() {
            return this == LoadFailed || isFinal();
        }
    }
}
