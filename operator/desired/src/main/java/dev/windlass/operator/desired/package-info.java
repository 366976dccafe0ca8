/**
 * The Kubernetes objects that an LlmDeployment needs, as values: {@link dev.windlass.operator.desired.DesiredObjects} is
 * the way in. Nothing here asks a cluster, reads a clock or decides how many replicas there are; the same input gives the
 * same objects, byte for byte. Nothing of the live block of a spec may reach a pod's template, or a change of it would
 * restart pods.
 */
@NullMarked
package dev.windlass.operator.desired;

import org.jspecify.annotations.NullMarked;
