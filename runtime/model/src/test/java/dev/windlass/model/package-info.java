@NullMarked
package dev.windlass.model;

import org.jspecify.annotations.NullMarked;
