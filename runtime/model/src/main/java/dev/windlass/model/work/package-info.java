/** Threads and locks for reading and writing models. */
@NullMarked
package dev.windlass.model.work;

import org.jspecify.annotations.NullMarked;
