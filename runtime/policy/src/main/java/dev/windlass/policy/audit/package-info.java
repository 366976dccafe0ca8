/** One line for each request: who asked whom, what came of it and, where a deployment wants it, what was said. */
@NullMarked
package dev.windlass.policy.audit;

import org.jspecify.annotations.NullMarked;
