/** What operators and their machines ask a server: whether it lives, which version it is, what it measures. */
@NullMarked
package dev.windlass.server.operations;

import org.jspecify.annotations.NullMarked;
