package dev.windlass.gateway.operations;

import java.util.Map;

/**
 * The one runtime behind a gateway, in the same process.
 *
 * @param port at this machine's loopback address
 * @param headers what it is shown by those whom it lets in
 */
public record LoneRuntime(int port, Map<String, String> headers) {
    public LoneRuntime {
        headers = Map.copyOf(headers);
    }

    /** Says nothing of what it is shown. */
    @Override
    public String toString() {
        return "LoneRuntime[" + port + "]";
    }
}
