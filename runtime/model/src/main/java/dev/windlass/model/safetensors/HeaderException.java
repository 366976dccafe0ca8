package dev.windlass.model.safetensors;

import java.io.IOException;
import java.io.Serial;

/** A header that lies; caught where the file's name is known. */
final class HeaderException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    HeaderException(String reason) {
        super(reason);
    }
}
