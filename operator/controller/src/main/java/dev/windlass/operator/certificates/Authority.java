package dev.windlass.operator.certificates;

import dev.windlass.operator.certificates.CertificateSecret.Content;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who signs for gateways, operators and pods of models. When a third of its life is left another one stands beside it, and everybody
 * is told to trust both; the old one signs on for half a year, so that nobody meets a certificate of an authority that they have not
 * heard of. By the dates alone: all replicas come to the same, and nobody has to remember who was told.
 */
record Authority(Content content) {
    /** More than any certificate lives that it signed, so that it outlives them all. */
    static final Duration HANDOVER = Duration.ofDays(180);

    KeyedCertificate signer(Instant now) {
        KeyedCertificate previous = content.previous();
        return previous == null || previous.end().isBefore(now.plus(HANDOVER)) ? content.certificate() : previous;
    }

    /** Whom to trust: what is over is left out, since nobody else looks at the dates of an authority. */
    List<X509Certificate> trusted(Instant now) {
        return stream(now).map(KeyedCertificate::certificate).toList();
    }

    /** The same as PEM. */
    String bundle(Instant now) {
        return stream(now).map(KeyedCertificate::certificatePem).collect(Collectors.joining());
    }

    boolean hasSigned(X509Certificate certificate, Instant now) {
        return trusted(now).stream().anyMatch(one -> isSigned(certificate, one));
    }

    private Stream<KeyedCertificate> stream(Instant now) {
        return Stream.concat(Stream.of(content.certificate()), Stream.ofNullable(content.previous()))
                .filter(one -> !one.isOver(now));
    }

    private static boolean isSigned(X509Certificate certificate, X509Certificate authority) {
        try {
            certificate.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException another) {
            return false;
        }
    }
}
