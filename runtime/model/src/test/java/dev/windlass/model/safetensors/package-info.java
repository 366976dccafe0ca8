@NullMarked
package dev.windlass.model.safetensors;

import org.jspecify.annotations.NullMarked;
