package dev.windlass.gateway.route;

/** What a deployment is called, over all namespaces. */
public record DeploymentName(String namespace, String name) implements Comparable<DeploymentName> {
    public DeploymentName {
        if (namespace.isBlank() || name.isBlank()) {
            throw new IllegalArgumentException(
                    "deployment: expected a namespace and a name, got \"%s/%s\"".formatted(namespace, name));
        }
    }

    /** The name that is qualified, as models may be asked for: {@code namespace/served}. */
    public String qualify(String served) {
        return namespace + "/" + served;
    }

    @Override
    public int compareTo(DeploymentName other) {
        int namespaces = namespace.compareTo(other.namespace);
        return namespaces == 0 ? name.compareTo(other.name) : namespaces;
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
