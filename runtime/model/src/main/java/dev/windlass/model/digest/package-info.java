/** What files contain, in few characters: SHA-256 digests, and what is remembered of files that were read once. */
@NullMarked
package dev.windlass.model.digest;

import org.jspecify.annotations.NullMarked;
