package dev.windlass.gateway.fake;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A runtime that does what it is told, over plain sockets or what is laid over them: tokens on schedule, errors, resets and slow bodies. It serves one
 * request after another on each connection, as HTTP/1.1 does.
 */
public final class FakeRuntime implements AutoCloseable {
    private final ServerSocket listener;
    private final Layer layer;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<Received> received = new ConcurrentLinkedQueue<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger abandoned = new AtomicInteger();
    private final Thread acceptor;
    private volatile Script script;

    /** A request as it came. */
    public record Received(String target, Map<String, String> headers, String body) {}

    /** What to do with a request; returning ends the response, and throwing resets the connection. */
    @FunctionalInterface
    public interface Script {
        void answer(Received request, Wire wire) throws IOException, InterruptedException;
    }

    /** What a connection becomes before it is served, such as one with TLS. */
    @FunctionalInterface
    public interface Layer {
        Socket over(Socket plain) throws IOException;
    }

    private FakeRuntime(ServerSocket listener, Layer layer, Script script) {
        this.listener = listener;
        this.layer = layer;
        this.script = script;
        this.acceptor = Thread.ofPlatform().daemon().name("fake-runtime").start(this::accept);
    }

    public static FakeRuntime start(Script script) {
        return start(0, script);
    }

    public static FakeRuntime start(int port, Script script) {
        return start(InetAddress.getLoopbackAddress(), port, script);
    }

    public static FakeRuntime start(InetAddress address, int port, Script script) {
        return start(address, port, plain -> plain, script);
    }

    public static FakeRuntime start(Layer layer, Script script) {
        return start(InetAddress.getLoopbackAddress(), 0, layer, script);
    }

    public static FakeRuntime start(InetAddress address, int port, Layer layer, Script script) {
        try {
            return new FakeRuntime(new ServerSocket(port, 4096, address), layer, script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    public String host() {
        return listener.getInetAddress().getHostAddress();
    }

    public String address() {
        return "127.0.0.1:" + port();
    }

    public void script(Script next) {
        script = next;
    }

    public ConcurrentLinkedQueue<Received> received() {
        return received;
    }

    /** Requests that are being answered. */
    public int running() {
        return running.get();
    }

    /** Connections that were ever made. */
    public int connections() {
        return connections.get();
    }

    /** Answers that could not be written to their end. */
    public int abandoned() {
        return abandoned.get();
    }

    /** Ends every connection in order, as a server does with those that idle. */
    public void closeIdle() {
        try {
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                connections.incrementAndGet();
                Thread.ofVirtual().name("fake-connection").start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket plain) {
        try {
            Socket socket = layer.over(plain);
            var in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                var request = read(in);
                if (request == null) {
                    socket.close();
                    return;
                }
                received.add(request);
                running.incrementAndGet();
                var wire = new Wire(plain, socket);
                boolean whole = false;
                try {
                    script.answer(request, wire);
                    wire.end();
                    whole = true;
                } finally {
                    running.decrementAndGet();
                    if (!whole) {
                        abandoned.incrementAndGet();
                    }
                }
            }
        } catch (IOException | InterruptedException e) {
            reset(plain);
        } finally {
            open.remove(plain);
        }
    }

    private static void reset(Socket socket) {
        try {
            if (!socket.isClosed()) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        } catch (IOException e) {
            // The connection's own thread may have closed it in between, which is as good.
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Received read(InputStream in) throws IOException {
        String first = line(in);
        if (first == null) {
            return null;
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        return new Received(first.split(" ")[1], headers, body);
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            if (octet == '\n') {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(octet);
        }
        return line.size() == 0 ? null : line.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            listener.close();
            // Until its thread is gone, a listener that is closed may take one more connection.
            acceptor.join(Duration.ofSeconds(10));
            for (Socket socket : open) {
                reset(socket);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a script writes with. */
    public static final class Wire {
        private final Socket socket;
        private final OutputStream out;
        private boolean chunked;

        Wire(Socket plain, Socket socket) throws IOException {
            this.socket = plain;
            this.out = socket.getOutputStream();
        }

        /** A whole response. */
        public void json(int status, String body, String... headers) throws IOException {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            raw("HTTP/1.1 %d Said\r\ncontent-type: application/json\r\ncontent-length: %d\r\n%s\r\n"
                    .formatted(status, bytes.length, lines(headers)));
            out.write(bytes);
        }

        /** Begins a stream of events. */
        public void events(String... headers) throws IOException {
            chunked = true;
            raw(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n%s\r\n"
                            .formatted(lines(headers)));
        }

        private static String lines(String... headers) {
            var lines = new StringBuilder();
            for (String header : headers) {
                lines.append(header).append("\r\n");
            }
            return lines.toString();
        }

        /** One event, or any bytes of the stream. */
        public void chunk(String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            var whole = new ByteArrayOutputStream();
            whole.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            whole.writeBytes(bytes);
            whole.writeBytes(new byte[] {'\r', '\n'});
            out.write(whole.toByteArray());
        }

        public void event(String json) throws IOException {
            chunk("data: " + json + "\n\n");
        }

        public void role() throws IOException {
            event("{\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":"
                    + "{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}");
        }

        public void token(String text) throws IOException {
            event("{\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text
                    + "\"},\"finish_reason\":null}]}");
        }

        public void finish() throws IOException {
            event("{\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{},"
                    + "\"finish_reason\":\"stop\"}]}");
        }

        public void usage(int prompt, int generated) throws IOException {
            event("{\"object\":\"chat.completion.chunk\",\"choices\":[],\"usage\":{\"prompt_tokens\":" + prompt
                    + ",\"completion_tokens\":" + generated + "}}");
        }

        public void done() throws IOException {
            chunk("data: [DONE]\n\n");
        }

        public void raw(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        /** Whether the client is there, as one sees who reads on. */
        public boolean isOpen() throws IOException {
            socket.setSoTimeout(1);
            try {
                return socket.getInputStream().read() >= 0;
            } catch (SocketTimeoutException e) {
                return true;
            }
        }

        /** Ends the connection in order, as far as TCP sees it. */
        public void cut() throws IOException {
            socket.shutdownOutput();
        }

        /** Ends the connection as a process that is killed does. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        void end() throws IOException {
            if (chunked && !socket.isClosed()) {
                raw("0\r\n\r\n");
            }
            out.flush();
        }
    }
}
