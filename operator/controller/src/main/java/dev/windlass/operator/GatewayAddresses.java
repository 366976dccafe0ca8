package dev.windlass.operator;

import java.net.URI;
import java.util.Set;
import java.util.function.Supplier;

/** Where the gateways' operations ports are, now. */
interface GatewayAddresses extends Supplier<Set<URI>>, AutoCloseable {
    void start();

    @Override
    void close();
}
