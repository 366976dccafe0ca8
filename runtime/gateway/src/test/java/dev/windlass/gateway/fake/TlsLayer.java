package dev.windlass.gateway.fake;

import dev.windlass.http.Authorities;
import dev.windlass.http.TlsMaterial;
import dev.windlass.testing.TestAuthority;
import dev.windlass.testing.TestAuthority.Leaf;
import java.io.IOException;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A fake runtime's TLS, which wants to see a certificate and remembers those that it was shown. */
public final class TlsLayer implements FakeRuntime.Layer {
    private final ConcurrentLinkedQueue<X509Certificate> seen = new ConcurrentLinkedQueue<>();
    private volatile SSLContext context;

    public TlsLayer(Leaf own, TestAuthority... believed) {
        show(own, believed);
    }

    public TlsLayer(SSLContext context) {
        this.context = context;
    }

    /** From the next connection on. */
    public void show(Leaf own, TestAuthority... believed) {
        List<X509Certificate> authorities =
                Arrays.stream(believed).map(TestAuthority::certificate).toList();
        context = new TlsMaterial(List.of(own.certificate()), own.keys().getPrivate(), authorities)
                .context(Authorities.of(authorities));
    }

    /** The certificates of clients, one for each connection. */
    public ConcurrentLinkedQueue<X509Certificate> seen() {
        return seen;
    }

    @Override
    public Socket over(Socket plain) throws IOException {
        var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true);
        socket.setNeedClientAuth(true);
        socket.startHandshake();
        seen.add((X509Certificate) socket.getSession().getPeerCertificates()[0]);
        return socket;
    }
}
