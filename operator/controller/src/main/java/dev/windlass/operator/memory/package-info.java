/** What one decision tells the next, and the form in which a resource's status keeps it. */
@NullMarked
package dev.windlass.operator.memory;

import org.jspecify.annotations.NullMarked;
