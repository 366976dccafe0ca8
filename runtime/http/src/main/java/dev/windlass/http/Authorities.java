package dev.windlass.http;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Who is believed about who others are. */
public final class Authorities {
    private final X509TrustManager trust;

    private Authorities(X509TrustManager trust) {
        this.trust = trust;
    }

    /** These and nobody else; there must be at least one. */
    public static Authorities of(List<X509Certificate> certificates) {
        try {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry("authority-" + i, certificates.get(i));
            }
            var factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return new Authorities(Arrays.stream(factory.getTrustManagers())
                    .filter(X509TrustManager.class::isInstance)
                    .map(X509TrustManager.class::cast)
                    .findFirst()
                    .orElseThrow());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("the authorities' certificates are of no use: " + e.getMessage(), e);
        }
    }

    /** For handshakes. */
    public X509TrustManager trust() {
        return trust;
    }

    /** Whom a client's certificate is for, if that can be believed now. */
    Optional<Identity> identify(Certificate[] shown) {
        if (shown.length == 0 || !Arrays.stream(shown).allMatch(X509Certificate.class::isInstance)) {
            return Optional.empty();
        }
        var chain = Arrays.copyOf(shown, shown.length, X509Certificate[].class);
        try {
            trust.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
            return Identity.of(chain[0]);
        } catch (CertificateException e) {
            return Optional.empty();
        }
    }
}
