/** What happens, told as Kubernetes events. */
@NullMarked
package dev.windlass.events;

import org.jspecify.annotations.NullMarked;
