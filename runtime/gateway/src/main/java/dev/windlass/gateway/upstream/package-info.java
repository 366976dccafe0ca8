/** An HTTP/1.1 client for the few and trusted servers behind the gateway: pooled, cancellable, never buffering. */
@NullMarked
package dev.windlass.gateway.upstream;

import org.jspecify.annotations.NullMarked;
