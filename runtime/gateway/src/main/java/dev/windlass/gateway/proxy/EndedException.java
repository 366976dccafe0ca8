package dev.windlass.gateway.proxy;

/** Unwinds an exchange that ends early; caught where the exchange began. */
final class EndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Interruption interruption;

    EndedException(Interruption interruption) {
        super(interruption.name(), null, false, false);
        this.interruption = interruption;
    }

    Interruption interruption() {
        return interruption;
    }
}
