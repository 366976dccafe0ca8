package dev.windlass.gateway.fake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A way to a server that can be cut and restored: what passes it is not looked at. */
public final class BreakableLink implements AutoCloseable {
    private final ServerSocket listener;
    private final String host;
    private final int port;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isCut;

    private BreakableLink(ServerSocket listener, String host, int port) {
        this.listener = listener;
        this.host = host;
        this.port = port;
    }

    public static BreakableLink to(String host, int port) throws IOException {
        var link = new BreakableLink(new ServerSocket(0, 64, InetAddress.getLoopbackAddress()), host, port);
        Thread.ofPlatform().daemon().name("breakable-link").start(link::accept);
        return link;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Ends every connection, and each new one at once. */
    public void cut() {
        isCut = true;
        open.forEach(BreakableLink::close);
    }

    public void restore() {
        isCut = false;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (isCut) {
                    client.close();
                } else {
                    var server = new Socket(host, port);
                    open.add(client);
                    open.add(server);
                    Thread.ofVirtual().start(() -> carry(client, server));
                    Thread.ofVirtual().start(() -> carry(server, client));
                }
            } catch (IOException e) {
                return;
            }
        }
    }

    private void carry(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // Either side has left; so does the other.
        } finally {
            open.remove(from);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        cut();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
