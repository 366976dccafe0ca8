package dev.windlass.engine.chat;

import dev.windlass.engine.chat.ChatDelta.CallEnded;
import dev.windlass.engine.chat.ChatDelta.Content;
import dev.windlass.engine.grammar.ToolCallFormat;
import dev.windlass.engine.grammar.ToolCallFormat.Call;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the function calls in generated text while it streams, whether a grammar constrained it or not. White space
 * around calls is dropped, and what only looks like a call is content. For one output; not thread-safe.
 */
public final class ToolCallParser {
    private enum Place {
        /** Where a call without a text before it may begin, and a list of calls may end. */
        START,
        TEXT,
        CALL,
        /** After the JSON of a call, before the text that ends it. */
        CLOSING
    }

    private final ToolCallFormat format;
    private final String begin;
    private final String end;
    private final boolean inList;
    /** What may stand before a call that has no text before it. */
    private final String separator;

    private final StringBuilder held = new StringBuilder();
    private Place place;
    private CallReader reader;
    private int calls;
    /** What was left out on the way into the call, should it turn out to be none. */
    private String skipped = "";

    private boolean afterCall;

    public ToolCallParser(ToolCallFormat format) {
        this.format = format;
        this.begin = format.trigger();
        this.end = format.end().strip();
        this.place = begin.isEmpty() ? Place.START : Place.TEXT;
        this.inList = format.call() instanceof Call.JsonList;
        this.separator = inList ? "[," : format.separator();
        this.reader = reader();
    }

    private CallReader reader() {
        return switch (format.call()) {
            case Call.Json keys -> new JsonCallReader(keys, calls);
            case Call.JsonList(var keys) -> new JsonCallReader(keys, calls);
            case Call.Named named -> new NamedCallReader(named, calls);
        };
    }

    /** How many calls began so far. */
    public int calls() {
        return calls;
    }

    /** Takes the next text and says what became certain with it. */
    public List<ChatDelta> append(String text) {
        held.append(text);
        var deltas = new ArrayList<ChatDelta>();
        boolean moved = true;
        while (moved) {
            moved = switch (place) {
                case START -> start(deltas);
                case TEXT -> text(deltas);
                case CALL -> call(deltas);
                case CLOSING -> closing();
            };
        }
        if (place == Place.CALL) {
            reader.flush(deltas);
        }
        return merged(deltas);
    }

    /** Says what was held back when the output ends. */
    public List<ChatDelta> finish() {
        var deltas = new ArrayList<ChatDelta>();
        if (place == Place.CALL && reader.hasStarted()) {
            reader.flush(deltas);
            deltas.add(new CallEnded(calls - 1));
        } else {
            String rest = switch (place) {
                case START -> skipped + held;
                case TEXT, CLOSING -> held.toString();
                case CALL -> skipped + reader.raw() + held;
            };
            if (place != Place.CLOSING && !rest.isEmpty() && !(calls > 0 && rest.isBlank())) {
                deltas.add(new Content(rest));
            }
        }
        held.setLength(0);
        return deltas;
    }

    private boolean start(List<ChatDelta> deltas) {
        int at = 0;
        while (at < held.length()
                && (Character.isWhitespace(held.charAt(at))
                        || ((inList || calls > 0) && separator.indexOf(held.charAt(at)) >= 0))) {
            at++;
        }
        if (at == held.length()) {
            return false;
        }
        if (held.charAt(at) == '{') {
            skipped += held.substring(0, at);
            held.delete(0, at);
            place = Place.CALL;
            return true;
        }
        if (inList && afterCall && held.charAt(at) == ']') {
            held.delete(0, at + 1);
        } else if (!skipped.isEmpty()) {
            deltas.add(new Content(skipped));
        }
        place = Place.TEXT;
        return true;
    }

    private boolean text(List<ChatDelta> deltas) {
        int at = begin.isEmpty() ? -1 : held.indexOf(begin);
        int blanks = 0;
        while (afterCall && blanks < held.length() && Character.isWhitespace(held.charAt(blanks))) {
            blanks++;
        }
        int certain = at >= 0 ? at : held.length() - (begin.isEmpty() ? 0 : MarkerSearch.heldBack(held, begin));
        int shown = certain;
        while (!begin.isEmpty() && shown > 0 && Character.isWhitespace(held.charAt(shown - 1))) {
            shown--;
        }
        if (shown > blanks) {
            deltas.add(new Content(held.substring(blanks, shown)));
            afterCall = false;
            held.delete(0, shown);
        } else {
            shown = 0;
        }
        if (at < 0) {
            return false;
        }
        skipped = held.substring(0, at - shown + begin.length());
        held.delete(0, skipped.length());
        place = inList ? Place.START : Place.CALL;
        return true;
    }

    private boolean call(List<ChatDelta> deltas) {
        for (int i = 0; i < held.length(); i++) {
            boolean begun = reader.hasStarted();
            CallReader.State state = reader.read(held.charAt(i), deltas);
            if (!begun && reader.hasStarted()) {
                calls++;
            }
            switch (state) {
                case READING -> {}
                case COMPLETE -> {
                    held.delete(0, i + 1);
                    deltas.add(new CallEnded(calls - 1));
                    next(following());
                    return true;
                }
                case FAILED -> {
                    held.delete(0, i + 1);
                    failed(deltas);
                    return true;
                }
            }
        }
        held.setLength(0);
        return false;
    }

    private void failed(List<ChatDelta> deltas) {
        if (reader.hasStarted()) {
            reader.flush(deltas);
            deltas.add(new CallEnded(calls - 1));
        } else {
            deltas.add(new Content(skipped + reader.raw()));
        }
        next(Place.TEXT);
    }

    private Place following() {
        return switch (format.call()) {
            case Call.Json _ -> end.isEmpty() ? Place.START : Place.CLOSING;
            case Call.JsonList _ -> Place.START;
            case Call.Named _ -> Place.TEXT;
        };
    }

    private void next(Place following) {
        afterCall = reader.hasStarted();
        skipped = "";
        place = following;
        reader = reader();
    }

    private boolean closing() {
        int at = 0;
        while (at < held.length() && Character.isWhitespace(held.charAt(at))) {
            at++;
        }
        String seen = held.substring(at);
        if (seen.startsWith(end)) {
            held.delete(0, at + end.length());
            place = Place.TEXT;
            return true;
        }
        if (end.startsWith(seen)) {
            return false;
        }
        place = Place.TEXT;
        return true;
    }

    /** Joins neighbouring pieces of content. */
    private static List<ChatDelta> merged(List<ChatDelta> deltas) {
        var merged = new ArrayList<ChatDelta>(deltas.size());
        for (ChatDelta delta : deltas) {
            if (delta instanceof Content(String more)
                    && !merged.isEmpty()
                    && merged.getLast() instanceof Content(String text)) {
                merged.set(merged.size() - 1, new Content(text + more));
            } else {
                merged.add(delta);
            }
        }
        return merged;
    }
}
