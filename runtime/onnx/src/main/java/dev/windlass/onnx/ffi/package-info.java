/** ONNX Runtime's C API and the few system calls beside it, through java.lang.foreign: pointers in, pointers out. */
@NullMarked
package dev.windlass.onnx.ffi;

import org.jspecify.annotations.NullMarked;
