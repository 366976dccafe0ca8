/** Callers who show a JSON Web Token (RFC 7519) that somebody else signed. */
@NullMarked
package dev.windlass.policy.jwt;

import org.jspecify.annotations.NullMarked;
