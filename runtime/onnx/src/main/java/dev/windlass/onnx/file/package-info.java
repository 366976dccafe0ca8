/** Graphs written as .onnx files, for other runtimes and tools. Needs no native library. */
@NullMarked
package dev.windlass.onnx.file;

import org.jspecify.annotations.NullMarked;
