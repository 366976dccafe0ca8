/**
 * What is decided of a request and its answer at the first hop. An {@link dev.windlass.policy.EdgePolicy} lets an
 * {@link dev.windlass.policy.Arrival} in, and the {@link dev.windlass.policy.Passage} it gives stays with the request to its end. Knows
 * OpenAI's JSON, and neither sockets nor routes.
 */
@NullMarked
package dev.windlass.policy;

import org.jspecify.annotations.NullMarked;
