/** The part of Jinja that chat templates are written in, exact to the character; see docs/decisions/own-jinja.md. */
@NullMarked
package dev.windlass.engine.token.jinja;

import org.jspecify.annotations.NullMarked;
