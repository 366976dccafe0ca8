package dev.windlass.http;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What one side of a connection shows the other to prove who it is, in PEM; mounted from a Secret, or put there by whoever renews certificates.
 *
 * @param certificate with the chain to its authority behind it
 * @param key in PKCS #8, or an RSA key in PKCS #1
 * @param authorities who signs the certificates that the other side shows; null asks for none
 */
public record TlsFiles(Path certificate, Path key, @Nullable Path authorities) {
    public TlsFiles(Path certificate, Path key) {
        this(certificate, key, null);
    }

    /** All three, called as in a Secret of the type {@code kubernetes.io/tls}. */
    public static TlsFiles in(Path folder) {
        return new TlsFiles(folder.resolve("tls.crt"), folder.resolve("tls.key"), folder.resolve("ca.crt"));
    }
}
