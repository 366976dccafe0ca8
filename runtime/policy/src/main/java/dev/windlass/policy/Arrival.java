package dev.windlass.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.http.ApiException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request at the edge, while it is decided about. Policies see what those before them made of it. Confined to the request's thread.
 */
public final class Arrival {
    private final Target target;
    private final Head head;
    private final JsonMapper mapper;
    private final Map<String, String> forwarded = new LinkedHashMap<>();
    private final Set<String> withheld = new LinkedHashSet<>();
    private final Map<String, String> replied = new LinkedHashMap<>();
    private final Map<String, Object> notes = new LinkedHashMap<>();
    private byte[] body;
    private @Nullable ObjectNode json;
    private boolean changed;
    private Caller caller = Caller.ANONYMOUS;

    /**
     * Whom it is for.
     *
     * @param revision who will answer; null where several may
     */
    public record Target(
            String namespace,
            String deployment,
            EdgeSettings settings,
            @Nullable String revision) {
        public Target(String namespace, String deployment, EdgeSettings settings) {
            this(namespace, deployment, settings, null);
        }

        /** {@code namespace/deployment}. */
        public String qualified() {
            return namespace + "/" + deployment;
        }
    }

    /**
     * What its first lines say.
     *
     * @param path such as {@code /v1/chat/completions}
     * @param header a header by its name in lower case; all its values, with commas between them, where it came more than once
     * @param streams whether the answer is wanted as events
     */
    public record Head(String path, String requestId, boolean streams, Function<String, Optional<String>> header) {}

    /** @param mapper parses within the bounds of the server */
    public Arrival(Target target, Head head, byte[] body, JsonMapper mapper) {
        this.target = target;
        this.head = head;
        this.body = body;
        this.mapper = mapper;
    }

    public Target target() {
        return target;
    }

    public EdgeSettings settings() {
        return target.settings();
    }

    public Head head() {
        return head;
    }

    /** A header; all its values, with commas between them, where it came more than once. */
    public Optional<String> header(String name) {
        return head.header().apply(name.toLowerCase(Locale.ROOT));
    }

    /** The body, parsed the first time that somebody asks. To change it, change this and call {@link #change}. */
    public ObjectNode json() {
        if (json == null) {
            json = parse();
        }
        return json;
    }

    private ObjectNode parse() {
        try {
            JsonNode tree = mapper.readTree(body);
            if (tree instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException malformed) {
            throw invalid();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        throw invalid();
    }

    private static ApiException invalid() {
        return ApiException.invalid(400, null, "invalid_json", "The body of the request: expected a JSON object");
    }

    /** Sends the runtime what {@link #json} is now. */
    public void change() {
        changed = true;
    }

    /** What the runtime is sent: the client's own bytes where nobody changed them. */
    public byte[] body() {
        if (changed) {
            try {
                body = mapper.writeValueAsBytes(json());
            } catch (JsonProcessingException impossible) {
                throw new UncheckedIOException(impossible);
            }
            changed = false;
        }
        return body;
    }

    public Caller caller() {
        return caller;
    }

    /** Whoever is sure of it says who asks. */
    public void identify(Caller known) {
        caller = known;
    }

    /** Adds a header to what the runtime is sent, in place of the client's own of that name. */
    public void forward(String name, String value) {
        forwarded.put(name, value);
    }

    /** Keeps one of the client's headers from the runtime. */
    public void withhold(String name) {
        withheld.add(name.toLowerCase(Locale.ROOT));
    }

    /** Adds a header to whatever the client is answered, errors included. */
    public void reply(String name, String value) {
        replied.put(name, value);
    }

    public Map<String, String> forwarded() {
        return forwarded;
    }

    public Set<String> withheld() {
        return withheld;
    }

    public Map<String, String> replied() {
        return replied;
    }

    /** Notes something for the audit, such as what a filter found: a text, a number, a list or a map of such. Never what was said. */
    public void note(String name, Object value) {
        notes.put(name, value);
    }

    public Map<String, Object> notes() {
        return notes;
    }
}
