package dev.windlass.api;

import static dev.windlass.api.Absent.map;
import static dev.windlass.api.Absent.text;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the model is reached. */
public record ExposeSpec(
        @JsonPropertyDescription("Also makes an Ingress.") @Nullable
        Ingress ingress,

        @JsonPropertyDescription("Also makes an HTTPRoute at this Gateway.") @Nullable
        Gateway gateway)
        implements Block {
    static final ExposeSpec ABSENT = new ExposeSpec(null, null);

    /** An Ingress to make. */
    public record Ingress(
            @Required @Size(min = 1, max = 253) String host,
            @Size(max = 253) String className,
            @Size(max = 253) String tlsSecretName,
            @Size(max = 32) Map<String, String> annotations)
            implements Block {
        public Ingress {
            host = text(host);
            className = text(className);
            tlsSecretName = text(tlsSecretName);
            annotations = map(annotations);
        }
    }

    /** A Gateway that is there already. */
    public record Gateway(
            @Required @Size(min = 1, max = 253) String name,
            @Size(max = 63) String namespace,
            @Size(max = 253) String hostname)
            implements Block {
        public Gateway {
            name = text(name);
            namespace = text(namespace);
            hostname = text(hostname);
        }
    }
}
