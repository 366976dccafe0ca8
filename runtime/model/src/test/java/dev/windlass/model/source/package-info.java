@NullMarked
package dev.windlass.model.source;

import org.jspecify.annotations.NullMarked;
