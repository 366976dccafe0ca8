/** NVML, the library by which NVIDIA's driver tells what its GPUs do; nothing of computing on them. */
@NullMarked
package dev.windlass.nvml;

import org.jspecify.annotations.NullMarked;
