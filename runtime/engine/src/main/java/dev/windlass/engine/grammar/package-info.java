/** Output constrained to a grammar: which tokens may come next, decided by automata over bytes. */
@NullMarked
package dev.windlass.engine.grammar;

import org.jspecify.annotations.NullMarked;
