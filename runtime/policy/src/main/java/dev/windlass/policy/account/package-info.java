/** Callers who show the token of a Kubernetes service account. */
@NullMarked
package dev.windlass.policy.account;

import org.jspecify.annotations.NullMarked;
