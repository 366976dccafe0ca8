package dev.windlass.policy.keys;

/** The keys of this moment, which requests read and one source replaces. */
public final class CurrentKeys {
    private volatile KeyRing ring = KeyRing.EMPTY;

    /** As they are now; unchanging. */
    public KeyRing ring() {
        return ring;
    }

    /** Makes these the keys, from the next request on. */
    public void replace(KeyRing next) {
        ring = next;
    }
}
