package dev.windlass.engine;

/**
 * How busy an engine was after its last step.
 *
 * @param running requests that hold a slot
 * @param waiting requests that wait for one, not yet started or preempted
 * @param paused requests whose client does not read fast enough
 * @param slots how many slots the runner has
 * @param kvUsage the share of all positions for running sequences that hold keys and values, 0 to 1
 * @param closing whether new requests are refused
 */
public record EngineSnapshot(int running, int waiting, int paused, int slots, double kvUsage, boolean closing) {}
