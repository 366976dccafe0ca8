/**
 * Answers that were given before. {@link dev.windlass.policy.cache.ResponseCache} says which requests have one answer only, and replays it in
 * the form that was asked for.
 */
@NullMarked
package dev.windlass.policy.cache;

import org.jspecify.annotations.NullMarked;
