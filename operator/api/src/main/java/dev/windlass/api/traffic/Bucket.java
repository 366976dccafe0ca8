package dev.windlass.api.traffic;

import java.nio.charset.StandardCharsets;

/**
 * One of ten thousand places a key always falls into: stickiness without a store.
 *
 * <p>A share of weight w percent is w * 100 buckets, so weights hold exactly over keys, and a key moves only when a weight
 * moves past it.
 *
 * @param number 0 to 9999
 */
public record Bucket(int number) {
    public static final int COUNT = 10_000;

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    public Bucket {
        if (number < 0 || number >= COUNT) {
            throw new IllegalArgumentException("bucket: expected 0 to %d, got %d".formatted(COUNT - 1, number));
        }
    }

    /**
     * The bucket of a key, the same in every process for ever: FNV-1a (64 bit) over the UTF-8 bytes of salt, a zero byte and
     * key, then the finalizer of MurmurHash3, which the low digits need.
     *
     * @param salt parts experiments, so that not always the same users are in the small share
     */
    public static Bucket of(String salt, String key) {
        long hash = absorb(FNV_OFFSET, salt.getBytes(StandardCharsets.UTF_8));
        hash = hash * FNV_PRIME;
        hash = absorb(hash, key.getBytes(StandardCharsets.UTF_8));
        return new Bucket((int) Long.remainderUnsigned(finish(hash), COUNT));
    }

    private static long absorb(long hash, byte[] bytes) {
        for (byte octet : bytes) {
            hash = (hash ^ (octet & 0xff)) * FNV_PRIME;
        }
        return hash;
    }

    private static long finish(long hash) {
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
