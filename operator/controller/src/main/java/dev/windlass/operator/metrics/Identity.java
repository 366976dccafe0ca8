package dev.windlass.operator.metrics;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Shows the certificate that is current when a connection begins: a server of the JDK cannot be given another. */
final class Identity extends X509ExtendedKeyManager {
    private static final String ALIAS = "windlass";

    private volatile @Nullable ServingCertificate current;

    void show(ServingCertificate certificate) {
        current = certificate;
    }

    private ServingCertificate known() {
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
        return new String[0];
    }

    @Override
    public @Nullable String chooseClientAlias(String[] types, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }
}
