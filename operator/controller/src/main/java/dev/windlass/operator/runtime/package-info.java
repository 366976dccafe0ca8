/** What the runtime pods say of themselves. */
@NullMarked
package dev.windlass.operator.runtime;

import org.jspecify.annotations.NullMarked;
