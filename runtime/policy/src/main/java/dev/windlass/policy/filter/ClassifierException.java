package dev.windlass.policy.filter;

/** A classifier could not be asked. */
public final class ClassifierException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ClassifierException(String reason) {
        super(reason, null, false, false);
    }
}
