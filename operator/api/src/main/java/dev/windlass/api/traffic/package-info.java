/**
 * Which revision or variant a request goes to: pure functions, so that the operator's plan, the gateway and a test agree.
 */
@NullMarked
package dev.windlass.api.traffic;

import org.jspecify.annotations.NullMarked;
