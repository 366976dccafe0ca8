package dev.windlass.gateway.proxy;

import dev.windlass.gateway.route.Endpoint;
import dev.windlass.gateway.upstream.ConnectionPool;
import dev.windlass.gateway.upstream.ResponseHead;
import dev.windlass.gateway.upstream.UpstreamConnection;
import dev.windlass.gateway.upstream.UpstreamException;
import dev.windlass.gateway.upstream.UpstreamTimeouts;

/** Sends a request to one endpoint and waits for the answer to begin. */
final class Sender {
    private static final int UNAUTHORIZED = 401;

    private final ConnectionPool pool;
    private final UpstreamTimeouts timeouts;

    Sender(ConnectionPool pool, UpstreamTimeouts timeouts) {
        this.pool = pool;
        this.timeouts = timeouts;
    }

    /** A request whose answer has begun; gives the connection back when it is closed. */
    final class Sent implements AutoCloseable {
        private final UpstreamConnection connection;
        private final ResponseHead head;
        private final Exchange exchange;

        private Sent(UpstreamConnection connection, ResponseHead head, Exchange exchange) {
            this.connection = connection;
            this.head = head;
            this.exchange = exchange;
        }

        UpstreamConnection connection() {
            return connection;
        }

        ResponseHead head() {
            return head;
        }

        @Override
        public void close() {
            exchange.detach();
            pool.giveBack(connection);
        }
    }

    /**
     * Sends it. A connection that the runtime closed while it idled is no failure of the runtime: then a new one is taken.
     *
     * @param beforeWaiting runs whenever the answer has to be waited for
     */
    Sent send(Endpoint endpoint, RequestHead head, byte[] body, Exchange exchange, Runnable beforeWaiting)
            throws UpstreamException {
        byte[] encoded = head.encode(endpoint, body.length);
        var connection = pool.take(endpoint);
        boolean used = connection.isUsed();
        try {
            return send(connection, encoded, body, exchange, beforeWaiting);
        } catch (UpstreamException e) {
            if (!used || connection.hasAnswered() || e.kind() != UpstreamException.Kind.Lost || exchange.hasEnded()) {
                throw e;
            }
        }
        return send(pool.open(endpoint), encoded, body, exchange, beforeWaiting);
    }

    private Sent send(
            UpstreamConnection connection, byte[] head, byte[] body, Exchange exchange, Runnable beforeWaiting)
            throws UpstreamException {
        boolean begun = false;
        try {
            exchange.attach(connection);
            connection.connect(timeouts.connect(), timeouts.handshake());
            connection.expectWithin(timeouts.firstByte());
            connection.send(head, body);
            var answer = connection.readHead(beforeWaiting);
            requireAdmitted(connection, answer);
            begun = true;
            return new Sent(connection, answer, exchange);
        } finally {
            if (!begun) {
                exchange.detach();
                connection.close();
                pool.giveBack(connection);
            }
        }
    }

    /** Runtimes know no keys: one that asks who is there means this gateway and its certificate, and not the client. */
    private static void requireAdmitted(UpstreamConnection connection, ResponseHead answer) throws UpstreamException {
        if (connection.isSecure() && answer.status() == UNAUTHORIZED) {
            throw new UpstreamException(
                    UpstreamException.Kind.Untrusted,
                    "%s does not let this gateway's certificate in"
                            .formatted(connection.endpoint().address()),
                    null);
        }
    }
}
