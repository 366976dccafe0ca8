package dev.windlass.gateway.route;

/** What becomes of a deployment's requests. */
public enum State {
    /** No endpoint is open: requests wait, and their waiting is the signal to wake it. */
    Asleep,
    /** Requests are forwarded. */
    Awake,
    /** The deployment is being deleted: requests are refused. */
    Draining
}
