package dev.windlass.operator.metrics;

import dev.windlass.operator.certificates.Trust;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Lets in who speaks for the API server, as it says now. */
final class Callers extends X509ExtendedTrustManager {
    private record Current(FrontProxy proxy, X509TrustManager manager) {}

    private volatile @Nullable Current current;

    void trust(FrontProxy proxy) throws GeneralSecurityException {
        Current known = current;
        if (known != null && known.proxy().equals(proxy)) {
            return;
        }
        current = new Current(proxy, Trust.in(proxy.authorities()));
    }

    /** Whether somebody with an accepted certificate has a name that may ask. */
    boolean allows(String distinguishedName) {
        Current known = current;
        return known != null && known.proxy().allows(distinguishedName);
    }

    private X509TrustManager manager() throws CertificateException {
        Current known = current;
        if (known == null) {
            throw new CertificateException("nobody is trusted yet");
        }
        return known.manager();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        manager().checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        manager().checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        manager().checkClientTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("this is a server");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw new CertificateException("this is a server");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw new CertificateException("this is a server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        Current known = current;
        return known == null
                ? new X509Certificate[0]
                : known.proxy().authorities().toArray(X509Certificate[]::new);
    }
}
