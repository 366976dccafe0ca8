/**
 * How much callers may ask: requests and tokens by the minute and the day, and how much at once. {@link dev.windlass.policy.limits.Limits}
 * decides what a request takes of which quota, a {@link dev.windlass.policy.limits.Ledger} counts.
 */
@NullMarked
package dev.windlass.policy.limits;

import org.jspecify.annotations.NullMarked;
