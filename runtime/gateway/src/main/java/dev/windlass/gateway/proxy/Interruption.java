package dev.windlass.gateway.proxy;

/** Why an exchange ends before its answer does. */
enum Interruption {
    /** Nobody is there to read it. */
    ClientLeft,
    /** The gateway stops and cannot wait. */
    Cut
}
