package dev.windlass.model.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A stream of which no more can be read than is allowed: at any time so much more, and so much in all. What is too much is
 * an {@link IllegalArgumentException}, and so is what cannot be read.
 */
final class BoundedStream extends FilterInputStream {
    private long left;
    private long allowed;

    /** @param most in all */
    BoundedStream(InputStream stream, long most) {
        super(stream);
        this.left = most;
        this.allowed = most;
    }

    /** From now on, until this is called again. */
    void allow(long bytes) {
        allowed = bytes;
    }

    @Override
    public int read() {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        try {
            int read = super.read(target, offset, (int) Math.min(length, bound() + 1));
            take(Math.max(0, read));
            return read;
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = super.skip(Math.min(count, bound()));
        take(skipped);
        return skipped;
    }

    private long bound() {
        return Math.min(Integer.MAX_VALUE - 1, Math.min(left, allowed));
    }

    private void take(long bytes) {
        left -= bytes;
        allowed -= bytes;
        if (left < 0) {
            throw new IllegalArgumentException("it unpacks to far more than it took");
        }
        if (allowed < 0) {
            throw new IllegalArgumentException("it says far too much of an entry");
        }
    }
}
