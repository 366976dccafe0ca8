package dev.windlass.engine.token.jinja;

import java.util.List;

/** The variable {@code loop} within a loop's body. */
final class Loop {
    private final List<Object> items;
    private final int depth;
    private final Callable recursion;
    private int index;
    private List<Object> lastChanged = List.of(this);

    /** @param recursion what calling {@code loop} itself does */
    Loop(List<Object> items, int depth, Callable recursion) {
        this.items = items;
        this.depth = depth;
        this.recursion = recursion;
    }

    void moveTo(int position) {
        index = position;
    }

    int depth() {
        return depth;
    }

    Callable recursion() {
        return recursion;
    }

    Object attribute(String name) {
        int size = items.size();
        return switch (name) {
            case "index" -> index + 1L;
            case "index0" -> (long) index;
            case "revindex" -> (long) size - index;
            case "revindex0" -> size - 1L - index;
            case "first" -> index == 0;
            case "last" -> index == size - 1;
            case "length" -> (long) size;
            case "depth" -> depth + 1L;
            case "depth0" -> (long) depth;
            case "previtem" -> index == 0 ? new Undefined("there is no previous item, which") : items.get(index - 1);
            case "nextitem" -> index == size - 1 ? new Undefined("there is no next item, which") : items.get(index + 1);
            case "cycle" ->
                (Callable) arguments -> arguments.positional().isEmpty()
                        ? new Undefined("an item of nothing")
                        : arguments
                                .positional()
                                .get(index % arguments.positional().size());
            case "changed" ->
                (Callable) arguments -> {
                    boolean changed = !Values.areEqual(lastChanged, arguments.positional());
                    lastChanged = arguments.positional();
                    return changed;
                };
            default -> new Undefined("loop." + name);
        };
    }
}
