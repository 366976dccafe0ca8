/** The only package that touches ONNX Runtime: sessions, devices and the model runner on top of them. */
@NullMarked
package dev.windlass.onnx;

import org.jspecify.annotations.NullMarked;
