package dev.windlass.engine.chat;

import dev.windlass.engine.chat.ChatDelta.Content;
import dev.windlass.engine.chat.ChatDelta.Reasoning;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells what a model thinks, between {@code <think>} and {@code </think>}, from what it answers. White space around the
 * markers belongs to neither. For one output; not thread-safe.
 */
public final class ReasoningSplitter {
    private enum Place {
        BEFORE,
        THINKING,
        AFTER_THINKING,
        ANSWER
    }

    private final String begin;
    private final String end;
    private final StringBuilder held = new StringBuilder();
    private Place place;
    private boolean thought;

    /** @param begun whether the prompt ended with the opening marker, so that the output starts with the thought */
    public ReasoningSplitter(boolean begun) {
        this("<think>", "</think>", begun);
    }

    public ReasoningSplitter(String begin, String end, boolean begun) {
        if (begin.isEmpty() || end.isEmpty()) {
            throw new IllegalArgumentException("the markers of reasoning must not be empty");
        }
        this.begin = begin;
        this.end = end;
        this.place = begun ? Place.THINKING : Place.BEFORE;
    }

    /** Takes the next text and says what became certain with it. */
    public List<ChatDelta> append(String text) {
        held.append(text);
        var deltas = new ArrayList<ChatDelta>();
        boolean moved = true;
        while (moved) {
            moved = switch (place) {
                case BEFORE -> before();
                case THINKING -> thinking(deltas);
                case AFTER_THINKING -> afterThinking();
                case ANSWER -> answer(deltas);
            };
        }
        return deltas;
    }

    /** Says what was held back when the output ends. */
    public List<ChatDelta> finish() {
        String rest = held.toString();
        held.setLength(0);
        return switch (place) {
            case THINKING -> rest.isBlank() ? List.of() : List.of(new Reasoning(rest));
            case BEFORE, ANSWER -> rest.isEmpty() ? List.of() : List.of(new Content(rest));
            case AFTER_THINKING -> List.of();
        };
    }

    private boolean before() {
        int start = blanks(held);
        String seen = held.substring(start);
        if (seen.startsWith(begin)) {
            held.delete(0, start + begin.length());
            place = Place.THINKING;
            return true;
        }
        if (begin.startsWith(seen)) {
            return false;
        }
        place = Place.ANSWER;
        return true;
    }

    private boolean thinking(List<ChatDelta> deltas) {
        if (!thought) {
            held.delete(0, blanks(held));
        }
        int at = held.indexOf(end);
        int certain = at >= 0 ? at : held.length() - MarkerSearch.heldBack(held, end);
        int shown = certain;
        while (shown > 0 && Character.isWhitespace(held.charAt(shown - 1))) {
            shown--;
        }
        if (shown > 0) {
            deltas.add(new Reasoning(held.substring(0, shown)));
            held.delete(0, shown);
            thought = true;
        }
        if (at < 0) {
            return false;
        }
        held.delete(0, at - shown + end.length());
        place = Place.AFTER_THINKING;
        return true;
    }

    private boolean afterThinking() {
        held.delete(0, blanks(held));
        if (held.isEmpty()) {
            return false;
        }
        place = Place.ANSWER;
        return true;
    }

    private boolean answer(List<ChatDelta> deltas) {
        if (!held.isEmpty()) {
            deltas.add(new Content(held.toString()));
            held.setLength(0);
        }
        return false;
    }

    private static int blanks(CharSequence text) {
        int count = 0;
        while (count < text.length() && Character.isWhitespace(text.charAt(count))) {
            count++;
        }
        return count;
    }
}
