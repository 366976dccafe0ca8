package dev.windlass.operator.desired;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom the gateways of an installation can tell apart, so that a resource that asks for others can be told so.
 *
 * @param keysNamespaces where they read Secrets with keys; {@code *} for everywhere
 * @param serviceAccounts whether they ask the API server about service accounts' tokens
 */
public record Callers(List<String> keysNamespaces, Boolean serviceAccounts) {
    private static final String EVERYWHERE = "*";

    /** Where nobody has said: whoever starts gateways by hand knows what they were told. */
    static final Callers ANY = new Callers(null, null);

    public Callers(@Nullable List<String> keysNamespaces, @Nullable Boolean serviceAccounts) {
        this.keysNamespaces = keysNamespaces == null ? List.of(EVERYWHERE) : List.copyOf(keysNamespaces);
        this.serviceAccounts = serviceAccounts == null || serviceAccounts;
    }

    /** Whether keys of this namespace are known. */
    public boolean haveKeys(String namespace) {
        return keysNamespaces.contains(EVERYWHERE) || keysNamespaces.contains(namespace);
    }
}
