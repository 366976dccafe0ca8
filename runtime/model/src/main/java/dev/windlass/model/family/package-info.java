/** What each model family is made of, as values: {@code Families} finds the family, a {@code DecoderSpec} describes it. */
@NullMarked
package dev.windlass.model.family;

import org.jspecify.annotations.NullMarked;
