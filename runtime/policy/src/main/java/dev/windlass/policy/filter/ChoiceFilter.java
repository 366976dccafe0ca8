package dev.windlass.policy.filter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.policy.filter.FilterMeter.Way;
import dev.windlass.policy.filter.TextSlot.Channel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks at one choice of a stream, of whose texts each is held back by itself, until the choice ends. */
final class ChoiceFilter {
    private final Application application;
    private final List<Rule> rules;
    private final int index;
    private final Map<Channel, Screen> screens = new LinkedHashMap<>();
    private boolean isOver;
    private boolean isBlocked;

    /** What becomes of what an event has of a choice. */
    enum Fate {
        /** It leaves as it came. */
        Same,
        /** It leaves otherwise. */
        Changed,
        /** Nothing of it leaves now. */
        Gone
    }

    ChoiceFilter(Application application, List<Rule> rules, int index) {
        this.application = application;
        this.rules = rules;
        this.index = index;
    }

    boolean isOver() {
        return isOver;
    }

    boolean isBlocked() {
        return isBlocked;
    }

    /** @param before takes what has to leave before it: choices of events of their own */
    Fate take(ObjectNode choice, List<ObjectNode> before) {
        if (isOver) {
            return Fate.Gone;
        }
        boolean isChanged = false;
        boolean hasText = false;
        var slots = TextSlot.of(choice, "delta");
        for (var slot : slots) {
            var screen = screen(slot.channel());
            String written = slot.text();
            boolean wasIdle = screen.isIdle();
            String allowed = isBlocked ? "" : screen.append(written);
            isBlocked |= screen.isBlocked();
            hasText |= !allowed.isEmpty();
            if (!allowed.equals(written)) {
                slot.replace(allowed);
                isChanged = true;
            }
            // The same text by chance, and not the same part of it.
            isChanged |= !wasIdle || !screen.isIdle();
        }
        boolean ends = choice.path("finish_reason").isTextual();
        if (ends && !isBlocked) {
            isChanged |= finish(slots, before);
        }
        if (isBlocked) {
            choice.put("finish_reason", RequestFilter.CODE);
            isChanged = true;
        }
        isOver = ends || isBlocked;
        if (!isChanged) {
            return Fate.Same;
        }
        if (!hasText && !isOver && !hasMore(choice)) {
            return Fate.Gone;
        }
        conceal(choice);
        return Fate.Changed;
    }

    /** What is left of it where its stream ends before it does. */
    List<ObjectNode> rest() {
        List<ObjectNode> rest = new ArrayList<>();
        if (!isOver) {
            finish(List.of(), rest);
            isOver = true;
        }
        return rest;
    }

    /** What tells that it was cut off. */
    ObjectNode cut() {
        var channel = screens.keySet().iterator().next();
        return channel.choice(index, "").put("finish_reason", RequestFilter.CODE);
    }

    private boolean finish(List<TextSlot> slots, List<ObjectNode> before) {
        boolean isChanged = false;
        for (var entry : screens.entrySet()) {
            String rest = isBlocked ? "" : entry.getValue().finish();
            isBlocked |= entry.getValue().isBlocked();
            var slot = slots.stream()
                    .filter(each -> each.channel().equals(entry.getKey()))
                    .findFirst();
            if (slot.isPresent()) {
                slot.get().replace(slot.get().text() + rest);
                isChanged |= !rest.isEmpty();
            } else if (!rest.isEmpty()) {
                before.add(entry.getKey().choice(index, rest));
            }
        }
        return isChanged;
    }

    private Screen screen(Channel channel) {
        return screens.computeIfAbsent(channel, _ -> application.screen(rules, Way.Output));
    }

    /** Whether it says something beside its texts: who speaks, or which function is called. */
    private static boolean hasMore(ObjectNode choice) {
        JsonNode delta = choice.path("delta");
        boolean names = delta.hasNonNull("role") || delta.path("function_call").hasNonNull("name");
        for (var call : delta.path("tool_calls")) {
            names |= call.hasNonNull("id") || call.path("function").hasNonNull("name");
        }
        return names;
    }

    /** Takes away what would tell the text that stood there. */
    static void conceal(ObjectNode choice) {
        if (choice.has("logprobs")) {
            choice.putNull("logprobs");
        }
        choice.remove("token_ids");
    }
}
