/** What a checkpoint's config.json says, checked: sizes within bounds, keys by name, both forms of rotary parameters. */
@NullMarked
package dev.windlass.model.config;

import org.jspecify.annotations.NullMarked;
