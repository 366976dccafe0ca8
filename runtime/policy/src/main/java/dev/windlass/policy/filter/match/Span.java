package dev.windlass.policy.filter.match;

/**
 * A match.
 *
 * @param start of its first character in the whole text
 * @param end after its last
 * @param placeholder what stands in its place where it is redacted
 */
public record Span(int start, int end, String placeholder) {}
