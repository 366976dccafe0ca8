/** How a sentence feels, by VADER's rules and its lexicon of English (C.J. Hutto and E. Gilbert, ICWSM 2014). */
@NullMarked
package dev.windlass.policy.filter.sentiment;

import org.jspecify.annotations.NullMarked;
