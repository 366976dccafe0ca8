package dev.windlass.policy.filter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.policy.WholeAnswer;
import dev.windlass.policy.filter.FilterMeter.Way;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Looks at an answer that is no stream. */
final class AnswerFilter {
    private final Application application;
    private final List<Rule> rules;
    private final JsonMapper mapper;
    private boolean isBlocked;

    AnswerFilter(Application application, List<Rule> rules, JsonMapper mapper) {
        this.application = application;
        this.rules = rules;
        this.mapper = mapper;
    }

    /** Whether something of it was cut off. */
    boolean isBlocked() {
        return isBlocked;
    }

    WholeAnswer look(WholeAnswer answer) {
        JsonNode tree;
        try {
            tree = mapper.readTree(answer.body());
        } catch (IOException unreadable) {
            return refuseUnreadable(answer);
        }
        if (tree == null || !tree.isObject()) {
            return refuseUnreadable(answer);
        }
        long begun = System.nanoTime();
        boolean isChanged = false;
        for (var choice : tree.path("choices")) {
            if (choice instanceof ObjectNode object) {
                isChanged |= look(object);
            }
        }
        application.spent(Way.Output, System.nanoTime() - begun);
        return isChanged ? answer.withBody(bytes(tree)) : answer;
    }

    private boolean look(ObjectNode choice) {
        boolean isChanged = false;
        boolean isCut = false;
        for (var slot : TextSlot.of(choice, "message")) {
            var screen = application.screen(rules, Way.Output);
            String written = slot.text();
            String allowed = isCut ? "" : screen.pass(written);
            isCut |= screen.isBlocked();
            if (!allowed.equals(written)) {
                slot.replace(allowed);
                isChanged = true;
            }
        }
        if (isCut) {
            choice.put("finish_reason", RequestFilter.CODE);
            isBlocked = true;
        }
        if (isChanged || isCut) {
            ChoiceFilter.conceal(choice);
        }
        return isChanged || isCut;
    }

    private WholeAnswer refuseUnreadable(WholeAnswer answer) {
        application.meter().verdict(application.target(), Way.Output, "", Verdict.Error);
        if (!application.isEnforced(Way.Output) || !application.failsClosed()) {
            return answer;
        }
        throw RequestFilter.unavailable();
    }

    private byte[] bytes(JsonNode tree) {
        try {
            return mapper.writeValueAsBytes(tree);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
