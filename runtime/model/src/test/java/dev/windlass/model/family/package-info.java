@NullMarked
package dev.windlass.model.family;

import org.jspecify.annotations.NullMarked;
