@NullMarked
package dev.windlass.model.graph;

import org.jspecify.annotations.NullMarked;
