/** ONNX graphs as plain values: what a model builder writes, a session runs and an exporter saves. */
@NullMarked
package dev.windlass.onnx.graph;

import org.jspecify.annotations.NullMarked;
