package dev.windlass.policy.filter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.policy.EventSink;
import dev.windlass.policy.filter.ChoiceFilter.Fate;
import dev.windlass.policy.filter.FilterMeter.Way;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a stream, event by event. What no rule minds leaves as it came, byte for byte; an event whose text has to wait leaves
 * later, as a part of another one of the same shape.
 */
final class StreamFilter implements EventSink {
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
    /** Nobody asks for more. */
    private static final int MOST_CHOICES = 4096;

    private final Application application;
    private final List<Rule> rules;
    private final StreamTerms terms;
    private final JsonMapper mapper;
    private final Exit exit;
    private final Map<Integer, ChoiceFilter> choices = new TreeMap<>();
    private @Nullable ObjectNode latest;
    private @Nullable JsonNode usage;
    private boolean isOver;
    private long nanos;

    StreamFilter(Application application, List<Rule> rules, StreamTerms terms, JsonMapper mapper, EventSink next) {
        this.application = application;
        this.rules = rules;
        this.terms = terms;
        this.mapper = mapper;
        this.exit = new Exit(next);
    }

    /** Where events leave, and how long that takes, which is the client's affair. */
    private static final class Exit {
        private final EventSink next;
        private long nanos;

        Exit(EventSink next) {
            this.next = next;
        }

        boolean event(byte[] event, int length, Kind kind) {
            long begun = System.nanoTime();
            boolean isWanted = next.event(event, length, kind);
            nanos += System.nanoTime() - begun;
            return isWanted;
        }
    }

    /** Whether something of it was cut off. */
    boolean isBlocked() {
        return choices.values().stream().anyMatch(ChoiceFilter::isBlocked);
    }

    /** Tells how long it took. */
    void report() {
        application.spent(Way.Output, Math.max(0, nanos - exit.nanos));
    }

    @Override
    public boolean event(byte[] event, int length, Kind kind) {
        if (isOver) {
            return false;
        }
        long begun = System.nanoTime();
        try {
            return switch (kind) {
                case Comment -> exit.event(event, length, kind);
                case Frame, Content -> look(event, length, kind);
                case Error, Done -> {
                    flush();
                    yield exit.event(event, length, kind);
                }
            };
        } finally {
            nanos += System.nanoTime() - begun;
        }
    }

    @Override
    public void end() {
        if (!isOver) {
            flush();
        }
        exit.next.end();
    }

    private boolean look(byte[] event, int length, Kind kind) {
        var root = parse(event, length);
        if (root == null || !(root.get("choices") instanceof ArrayNode list)) {
            return refuseUnreadable(event, length, kind);
        }
        latest = root;
        boolean isChanged = takeUsage(root, list);
        List<ObjectNode> before = new ArrayList<>(0);
        boolean wasEmpty = list.isEmpty();
        boolean isCut = false;
        for (var each = list.iterator(); each.hasNext(); ) {
            if (!(each.next() instanceof ObjectNode choice)) {
                return refuseUnreadable(event, length, kind);
            }
            int index = choice.path("index").asInt(0);
            if (!choices.containsKey(index) && choices.size() >= MOST_CHOICES) {
                return refuseUnreadable(event, length, kind);
            }
            var filter = choices.computeIfAbsent(index, _ -> new ChoiceFilter(application, rules, index));
            boolean wasBlocked = filter.isBlocked();
            var fate = filter.take(choice, before);
            isCut |= filter.isBlocked() && !wasBlocked;
            isChanged |= fate != Fate.Same;
            if (fate == Fate.Gone) {
                each.remove();
            }
        }
        for (var choice : before) {
            send(event(root, choice), Kind.Content);
        }
        boolean isWanted = true;
        if (!isChanged) {
            isWanted = exit.event(event, length, kind);
        } else if (wasEmpty || !list.isEmpty()) {
            isWanted = send(root, Kind.Content);
        }
        return isCut && areAllOver() ? close(root) : isWanted;
    }

    private boolean areAllOver() {
        return choices.values().stream().filter(ChoiceFilter::isOver).count() >= terms.choices();
    }

    /** @return whether the event is another one for it */
    private boolean takeUsage(ObjectNode root, ArrayNode list) {
        JsonNode told = root.path("usage");
        if (!told.isObject()) {
            return false;
        }
        usage = told;
        if (!terms.hidesUsage() || list.isEmpty()) {
            return false;
        }
        root.putNull("usage");
        return true;
    }

    /** Ends a stream of which nothing more may be said. */
    private boolean close(ObjectNode root) {
        isOver = true;
        if (terms.tellsUsage() && usage != null) {
            var last = event(root, null);
            last.set("usage", usage);
            send(last, Kind.Frame);
        }
        exit.event(DONE, DONE.length, Kind.Done);
        return false;
    }

    /** Lets go of what was held back, at the end. */
    private void flush() {
        for (var filter : choices.values()) {
            boolean wasBlocked = filter.isBlocked();
            for (var choice : filter.rest()) {
                send(event(latest, choice), Kind.Content);
            }
            if (filter.isBlocked() && !wasBlocked) {
                send(event(latest, filter.cut()), Kind.Frame);
            }
        }
    }

    /** An event like another one, with one choice, or none. */
    private ObjectNode event(@Nullable ObjectNode like, @Nullable ObjectNode choice) {
        var event = mapper.createObjectNode();
        if (like != null) {
            like.properties().forEach(field -> event.set(field.getKey(), field.getValue()));
        }
        var list = event.putArray("choices");
        if (choice != null) {
            list.add(choice);
        }
        if (event.has("usage")) {
            event.putNull("usage");
        }
        return event;
    }

    private boolean send(ObjectNode event, Kind kind) {
        try {
            byte[] json = mapper.writeValueAsBytes(event);
            byte[] bytes = new byte[DATA.length + json.length + 2];
            System.arraycopy(DATA, 0, bytes, 0, DATA.length);
            System.arraycopy(json, 0, bytes, DATA.length, json.length);
            bytes[bytes.length - 2] = '\n';
            bytes[bytes.length - 1] = '\n';
            return exit.event(bytes, bytes.length, kind);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private @Nullable ObjectNode parse(byte[] event, int length) {
        int data = DATA.length - 1;
        for (int i = 0; i < data; i++) {
            if (i >= length || event[i] != DATA[i]) {
                return null;
            }
        }
        try {
            return mapper.readTree(event, data, length - data) instanceof ObjectNode root ? root : null;
        } catch (IOException malformed) {
            return null;
        }
    }

    private boolean refuseUnreadable(byte[] event, int length, Kind kind) {
        application.meter().verdict(application.target(), Way.Output, "", Verdict.Error);
        if (!application.isEnforced(Way.Output) || !application.failsClosed()) {
            return exit.event(event, length, kind);
        }
        isOver = true;
        var error = mapper.createObjectNode();
        error.putObject("error")
                .put("message", RequestFilter.unavailable().reason())
                .put("type", "server_error")
                .putNull("param")
                .put("code", "content_filter_unavailable");
        send(error, Kind.Error);
        exit.event(DONE, DONE.length, Kind.Done);
        return false;
    }
}
