package dev.windlass.gateway.proxy;

import dev.windlass.gateway.upstream.ResponseHead;

/** A runtime's whole answer. The array is not copied: whoever makes one gives it away. */
record Answer(ResponseHead head, String revision, byte[] body) {}
