/**
 * The safetensors format, read by mapping and written as a stream. The format: eight bytes of little-endian header
 * length, a JSON header, then the tensors' bytes without holes.
 *
 * @see <a href="https://huggingface.co/docs/safetensors/index#format">the format</a>
 */
@NullMarked
package dev.windlass.model.safetensors;

import org.jspecify.annotations.NullMarked;
