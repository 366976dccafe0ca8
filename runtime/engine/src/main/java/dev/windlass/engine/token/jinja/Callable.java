package dev.windlass.engine.token.jinja;

/** A function, a method bound to its object, or a macro. */
@FunctionalInterface
interface Callable {
    Object call(Arguments arguments);
}
