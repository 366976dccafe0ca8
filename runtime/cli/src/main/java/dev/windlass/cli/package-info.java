/** The command line: one class a command, each a thin rim around the module that does the work. */
@NullMarked
package dev.windlass.cli;

import org.jspecify.annotations.NullMarked;
