/** The same model as a portable ONNX file, and the proof that both compute the same. */
@NullMarked
package dev.windlass.model.export;

import org.jspecify.annotations.NullMarked;
