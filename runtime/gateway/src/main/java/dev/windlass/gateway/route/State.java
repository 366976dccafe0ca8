package dev.windlass.gateway.route;

/** What becomes of a deployment's requests. */
public enum State {
    /** No endpoint is open that may serve: requests wait, and their waiting is the signal to wake it. */
    Asleep,
    /** Requests are forwarded. */
    Awake,
    /** Somebody has switched the deployment off: requests are refused, since waiting would wake nothing. */
    Suspended,
    /** The deployment is being deleted: requests are refused. */
    Draining
}
