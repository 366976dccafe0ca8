/** What several gateways count and keep together, in Redis, and what becomes of it while Redis cannot be asked. */
@NullMarked
package dev.windlass.policy.redis;

import org.jspecify.annotations.NullMarked;
