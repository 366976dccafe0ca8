/** Models as they are served: weights quantised once, kept beside the files that go with them, and mapped at each start. */
@NullMarked
package dev.windlass.model.artifact;

import org.jspecify.annotations.NullMarked;
