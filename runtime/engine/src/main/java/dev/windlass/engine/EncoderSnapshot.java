package dev.windlass.engine;

/**
 * How busy an encoder's engine is.
 *
 * @param running requests of which some texts are computed, or being so
 * @param waiting requests of which none is
 * @param closing whether new requests are refused
 */
public record EncoderSnapshot(int running, int waiting, boolean closing) {}
