package dev.windlass.http;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Who a certificate is for, between gateways and runtimes: the one URI among its subject's alternative names, as SPIFFE has it. Addresses of pods
 * come and go and belong to whoever has them at the moment, so that they prove nothing.
 */
public record Identity(String uri) {
    public static final Identity GATEWAY = new Identity("spiffe://windlass/gateway");
    public static final Identity OPERATOR = new Identity("spiffe://windlass/operator");

    /** {@code GeneralName}'s tag of a URI (RFC 5280, 4.2.1.6). */
    private static final Integer URI = 6;

    public Identity {
        Objects.requireNonNull(uri, "uri");
    }

    /** The runtimes of a deployment. */
    public static Identity runtime(String namespace, String name) {
        return new Identity("spiffe://windlass/ns/%s/llm/%s".formatted(namespace, name));
    }

    /** Whom a certificate names; nobody where it has no URI or several. Whether to believe it is another question. */
    public static Optional<Identity> of(X509Certificate certificate) {
        try {
            var names = certificate.getSubjectAlternativeNames();
            if (names == null) {
                return Optional.empty();
            }
            List<String> uris = names.stream()
                    .filter(name -> URI.equals(name.get(0)))
                    .map(name -> String.valueOf(name.get(1)))
                    .toList();
            return uris.size() == 1 ? Optional.of(new Identity(uris.getFirst())) : Optional.empty();
        } catch (CertificateParsingException e) {
            return Optional.empty();
        }
    }

    /** Whom a certificate names, for people. */
    public static String describe(X509Certificate certificate) {
        return of(certificate)
                .map(Identity::uri)
                .orElseGet(() -> "no single URI, but the subject \"%s\""
                        .formatted(certificate.getSubjectX500Principal().getName()));
    }

    @Override
    public String toString() {
        return uri;
    }
}
