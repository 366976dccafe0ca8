/** A closed-loop load driver: so many clients, each with one streaming request under way at a time. */
@NullMarked
package dev.windlass.cli.load;

import org.jspecify.annotations.NullMarked;
