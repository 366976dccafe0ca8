package dev.windlass.policy.cache;

/** @param digest the SHA-256 of all that decides an answer, in hexadecimal */
public record CacheKey(String digest) {}
