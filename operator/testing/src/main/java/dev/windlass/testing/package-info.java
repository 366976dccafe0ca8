/** A real Kubernetes API server for tests. */
@NullMarked
package dev.windlass.testing;

import org.jspecify.annotations.NullMarked;
