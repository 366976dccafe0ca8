package dev.windlass.engine.chat;

import dev.windlass.engine.chat.ChatDelta.CallArguments;
import dev.windlass.engine.chat.ChatDelta.CallStarted;
import dev.windlass.engine.grammar.ToolCallFormat.Call;
import java.util.List;
import java.util.regex.Pattern;

/** Reads a call that is a bare name, a marker, and JSON; an id between name and marker is passed over. */
final class NamedCallReader implements CallReader {
    /** Longer than the longest name with an id and both markers. */
    private static final int MOST_BEFORE_ARGUMENTS = 256;

    private static final Pattern NAME = Pattern.compile("[\\w.:-]+");

    private final Call.Named format;
    private final int index;
    private final StringBuilder raw = new StringBuilder();
    private final StringBuilder arguments = new StringBuilder();
    private final JsonNesting nesting = new JsonNesting();
    private boolean started;
    private boolean inArguments;

    NamedCallReader(Call.Named format, int index) {
        this.format = format;
        this.index = index;
    }

    @Override
    public State read(char c, List<ChatDelta> deltas) {
        if (inArguments) {
            arguments.append(c);
            if (!nesting.endsWith(c)) {
                return State.READING;
            }
            flush(deltas);
            return State.COMPLETE;
        }
        raw.append(c);
        return started ? beforeArguments(c) : beforeMarker(c, deltas);
    }

    private State beforeMarker(char c, List<ChatDelta> deltas) {
        boolean ends = c == ']' && raw.toString().endsWith(format.argumentsMarker());
        if (!ends) {
            boolean isPossible = isOfName(c) || c == '[' || c == ']' || Character.isWhitespace(c);
            return isPossible && raw.length() < MOST_BEFORE_ARGUMENTS ? State.READING : State.FAILED;
        }
        String name = raw.substring(0, raw.length() - format.argumentsMarker().length());
        int id = name.indexOf(format.idMarker());
        name = (id < 0 ? name : name.substring(0, id)).strip();
        if (!NAME.matcher(name).matches()) {
            return State.FAILED;
        }
        started = true;
        deltas.add(new CallStarted(index, name));
        return State.READING;
    }

    private State beforeArguments(char c) {
        if (c == '{') {
            inArguments = true;
            nesting.begin(c);
            arguments.append(c);
            return State.READING;
        }
        return Character.isWhitespace(c) ? State.READING : State.FAILED;
    }

    private static boolean isOfName(char c) {
        return Character.isLetterOrDigit(c) || "_.:-".indexOf(c) >= 0;
    }

    @Override
    public boolean hasStarted() {
        return started;
    }

    @Override
    public String raw() {
        return raw.toString();
    }

    @Override
    public void flush(List<ChatDelta> deltas) {
        if (!arguments.isEmpty()) {
            deltas.add(new CallArguments(index, arguments.toString()));
            arguments.setLength(0);
        }
    }
}
