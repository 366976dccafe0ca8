/**
 * What may be asked and answered: the rules of an {@link dev.windlass.api.LlmFilterPolicy}, applied to the texts of requests, of whole
 * answers and of streams.
 */
@NullMarked
package dev.windlass.policy.filter;

import org.jspecify.annotations.NullMarked;
