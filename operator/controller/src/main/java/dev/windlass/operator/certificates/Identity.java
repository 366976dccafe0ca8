package dev.windlass.operator.certificates;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Who a certificate says that its owner is, as a URI; names of hosts say nothing, since pods have none. */
public sealed interface Identity {
    Identity GATEWAY = new Caller("gateway");
    Identity OPERATOR = new Caller("operator");

    /** Somebody who asks runtimes. */
    record Caller(String role) implements Identity {
        @Override
        public String uri() {
            return "spiffe://windlass/" + role;
        }
    }

    /** The pods of one resource, whatever their revision: all of them have the same Secret. */
    record Model(String namespace, String name) implements Identity {
        @Override
        public String uri() {
            return "spiffe://windlass/ns/%s/llm/%s".formatted(namespace, name);
        }

        @Override
        public String role() {
            return "runtime";
        }
    }

    String uri();

    /** What it is, in a word. */
    String role();

    default boolean isServer() {
        return this instanceof Model;
    }

    /** The URI of a certificate, which has to have one and no more. */
    static Optional<String> of(X509Certificate certificate) throws CertificateParsingException {
        var names = certificate.getSubjectAlternativeNames();
        if (names == null || names.size() != 1) {
            return Optional.empty();
        }
        List<?> only = names.iterator().next();
        return Integer.valueOf(URI_TYPE).equals(only.getFirst())
                ? Optional.of(String.valueOf(only.getLast()))
                : Optional.empty();
    }

    /** Of a general name, RFC 5280. */
    int URI_TYPE = 6;
}
