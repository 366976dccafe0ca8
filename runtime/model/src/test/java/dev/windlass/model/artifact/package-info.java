@NullMarked
package dev.windlass.model.artifact;

import org.jspecify.annotations.NullMarked;
