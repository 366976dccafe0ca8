@NullMarked
package dev.windlass.model.weight;

import org.jspecify.annotations.NullMarked;
