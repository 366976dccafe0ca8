package dev.windlass.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A context that is another after every renewal, for Helidon, which takes one for good. Helidon 4.5.0 also sets none of its parameters on sockets
 * where it serves without NIO (ConnectionHandler.createByteSocket): neither protocols nor ciphers, nor that clients are asked for a certificate. So
 * they are set here.
 */
final class CurrentContext extends SSLContext {
    private static final ThreadLocal<@Nullable SSLSocket> SHAKING_HANDS = new ThreadLocal<>();

    /** @param longestSilence of a client in its handshake */
    CurrentContext(Supplier<SSLContext> current, SSLParameters parameters, Duration longestSilence) {
        super(
                new Spi(current, parameters, longestSilence),
                current.get().getProvider(),
                current.get().getProtocol());
    }

    /** Says that the handshake of this thread's connection is over: from now on others watch how long a client takes. */
    static void connected() throws IOException {
        var socket = SHAKING_HANDS.get();
        if (socket != null) {
            socket.setSoTimeout(0);
            SHAKING_HANDS.remove();
        }
    }

    private static final class Spi extends SSLContextSpi {
        private final Supplier<SSLContext> current;
        private final SSLParameters parameters;
        private final Duration longestSilence;

        Spi(Supplier<SSLContext> current, SSLParameters parameters, Duration longestSilence) {
            this.current = current;
            this.parameters = parameters;
            this.longestSilence = longestSilence;
        }

        @Override
        protected void engineInit(
                KeyManager @Nullable [] keys, TrustManager @Nullable [] trust, @Nullable SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("it is initialised by its files");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return new Sockets(current, parameters, longestSilence);
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return current.get().getServerSocketFactory();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return current.get().createSSLEngine();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return current.get().createSSLEngine(host, port);
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return current.get().getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return current.get().getClientSessionContext();
        }
    }

    /** Sockets of clients that were accepted. */
    private static final class Sockets extends SSLSocketFactory {
        private final Supplier<SSLContext> current;
        private final SSLParameters parameters;
        private final Duration longestSilence;

        Sockets(Supplier<SSLContext> current, SSLParameters parameters, Duration longestSilence) {
            this.current = current;
            this.parameters = parameters;
            this.longestSilence = longestSilence;
        }

        private SSLSocketFactory factory() {
            return current.get().getSocketFactory();
        }

        @Override
        public Socket createSocket(Socket accepted, @Nullable InputStream consumed, boolean autoClose)
                throws IOException {
            var socket = (SSLSocket) factory().createSocket(accepted, consumed, autoClose);
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(Math.toIntExact(longestSilence.toMillis()));
            SHAKING_HANDS.set(socket);
            return socket;
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return factory().getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return factory().getSupportedCipherSuites();
        }

        @Override
        public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
            throw onlyAccepted();
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            throw onlyAccepted();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
            throw onlyAccepted();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            throw onlyAccepted();
        }

        @Override
        public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
                throws IOException {
            throw onlyAccepted();
        }

        private static IOException onlyAccepted() {
            return new IOException("this context is for connections that were accepted");
        }
    }
}
