package dev.windlass.operator.metrics;

import dev.windlass.operator.certificates.CertificateSecret.Content;
import dev.windlass.operator.certificates.KeyedCertificate;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Which of two certificates to show: the old one until every API server has heard of the new one, by replicas that begin meanwhile too. */
final class Rotation {
    /** An API server watches what it trusts and hears within seconds; one that is cut off asks nobody. */
    static final Duration UNTIL_HEARD = Duration.ofMinutes(5);

    private Rotation() {}

    /**
     * By the clock and by what all replicas read alike: how often a replica looks says nothing of when the API servers have heard.
     *
     * @param told when the API servers were told to trust both; nothing where they were not
     */
    static KeyedCertificate shown(Content content, @Nullable Instant told, Instant now) {
        KeyedCertificate previous = content.previous();
        boolean isHeard = told != null && !told.isAfter(now.minus(UNTIL_HEARD));
        return previous == null || isHeard || previous.isOver(now) ? content.certificate() : previous;
    }
}
