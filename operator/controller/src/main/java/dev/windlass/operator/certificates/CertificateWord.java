package dev.windlass.operator.certificates;

import java.time.Instant;

/** What is to be said of the certificate of a resource's pods. */
public sealed interface CertificateWord {
    /** Pods speak plain HTTP. */
    record NotWanted() implements CertificateWord {}

    /** It is there. */
    record Issued(Instant end) implements CertificateWord {}

    /** It is good until then, and its renewal fails. */
    record Failing(Instant end, String reason, String message) implements CertificateWord {}

    /** There is none that anybody would believe. */
    record Missing(String reason, String message) implements CertificateWord {}
}
