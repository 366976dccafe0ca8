@NullMarked
package dev.windlass.model.config;

import org.jspecify.annotations.NullMarked;
