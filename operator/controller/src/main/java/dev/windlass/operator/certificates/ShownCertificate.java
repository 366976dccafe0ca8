package dev.windlass.operator.certificates;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Shows the certificate that is current when a connection begins: servers and clients of the JDK cannot be given another. */
public final class ShownCertificate extends X509ExtendedKeyManager {
    private static final String ALIAS = "windlass";

    private volatile @Nullable KeyedCertificate current;

    public void show(KeyedCertificate certificate) {
        current = certificate;
    }

    /** What is shown; nothing before there is one. */
    public @Nullable KeyedCertificate current() {
        return current;
    }

    private KeyedCertificate known() {
        return Objects.requireNonNull(current, "no certificate yet");
    }

    @Override
    public String chooseEngineServerAlias(String type, Principal @Nullable [] issuers, SSLEngine engine) {
        return ALIAS;
    }

    @Override
    public String chooseServerAlias(String type, Principal @Nullable [] issuers, Socket socket) {
        return ALIAS;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return new X509Certificate[] {known().certificate()};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return known().key();
    }

    @Override
    public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
        return current == null ? new String[0] : new String[] {ALIAS};
    }

    @Override
    public @Nullable String chooseClientAlias(String[] types, Principal @Nullable [] issuers, Socket socket) {
        return current == null ? null : ALIAS;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(String[] types, Principal @Nullable [] issuers, SSLEngine engine) {
        return current == null ? null : ALIAS;
    }
}
