/** Files in, loadable model out. */
@NullMarked
package dev.windlass.model;

import org.jspecify.annotations.NullMarked;
