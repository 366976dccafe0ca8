/**
 * The reconciler: {@link dev.windlass.operator.control.LlmDeploymentReconciler} is called for a resource, and one {@link
 * dev.windlass.operator.control.Reconciliation} observes, decides, stores, applies and tells, in this order.
 */
@NullMarked
package dev.windlass.operator.control;

import org.jspecify.annotations.NullMarked;
