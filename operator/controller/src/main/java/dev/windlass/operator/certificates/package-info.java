/**
 * Certificates that the operator makes and renews: of itself, and for gateways and pods of models by an authority of the
 * installation's own. {@link dev.windlass.operator.certificates.MutualTls} looks after all of the latter.
 */
@NullMarked
package dev.windlass.operator.certificates;

import org.jspecify.annotations.NullMarked;
