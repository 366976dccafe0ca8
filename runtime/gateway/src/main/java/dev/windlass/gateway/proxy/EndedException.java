package dev.windlass.gateway.proxy;

/** Unwinds an exchange that ends early; caught where the exchange began. */
final class EndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Ending ending;

    EndedException(Ending ending) {
        super(ending.name(), null, false, false);
        this.ending = ending;
    }

    Ending ending() {
        return ending;
    }
}
