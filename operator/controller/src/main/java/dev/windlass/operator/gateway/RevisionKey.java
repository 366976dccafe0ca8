package dev.windlass.operator.gateway;

/**
 * A revision anywhere in the cluster.
 *
 * @param revision its hash
 */
public record RevisionKey(String namespace, String deployment, String revision) {
    /** The one whose objects have that name: the deployment's with the hash behind it. */
    static RevisionKey named(String namespace, String deployment, String name) {
        return new RevisionKey(
                namespace,
                deployment,
                name.startsWith(deployment + "-") ? name.substring(deployment.length() + 1) : name);
    }
}
