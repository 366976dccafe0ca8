/** The page that shows a person what {@code /metrics} tells a program. */
@NullMarked
package dev.windlass.server.dashboard;

import org.jspecify.annotations.NullMarked;
