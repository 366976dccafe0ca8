/**
 * Keys as Kubernetes Secrets hold them: digests, and what each key may do. The keys themselves are known to those who were given them,
 * and to nobody here.
 */
@NullMarked
package dev.windlass.policy.keys;

import org.jspecify.annotations.NullMarked;
