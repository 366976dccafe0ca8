/** Which endpoint of a revision gets a request. */
@NullMarked
package dev.windlass.gateway.balance;

import org.jspecify.annotations.NullMarked;
