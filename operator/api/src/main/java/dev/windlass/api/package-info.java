/** The LlmDeployment resource: what a user writes, checked. */
@NullMarked
package dev.windlass.api;

import org.jspecify.annotations.NullMarked;
