package dev.windlass.onnx.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * Pages straight from the operating system. An arena writes zeros to everything it allocates, and so makes gigabytes of
 * cache resident that may never be used; pages mapped here cost nothing until they are touched. Where there is no
 * {@code mmap} (Windows) an arena has to do.
 */
public final class SystemMemory {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_ANONYMOUS_LINUX = 0x20;
    private static final int MAP_ANONYMOUS_MACOS = 0x1000;
    private static final int MADV_DONTNEED = 4;
    private static final long PAGE = 4096;

    private SystemMemory() {}

    private static final String SYSTEM = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);

    private static boolean hasMmap() {
        return !SYSTEM.startsWith("windows");
    }

    /**
     * Allocates zeros that take no memory until they are touched and go back when the arena closes.
     *
     * @throws OnnxException when the operating system refuses, as Linux does for more than the machine could ever have
     */
    public static MemorySegment allocate(long bytes, Arena arena) {
        if (!hasMmap() || bytes == 0) {
            return arena.allocate(bytes, PAGE);
        }
        int flags = MAP_PRIVATE | (SYSTEM.startsWith("linux") ? MAP_ANONYMOUS_LINUX : MAP_ANONYMOUS_MACOS);
        MemorySegment pages;
        try {
            pages = (MemorySegment) Posix.MMAP.invokeExact(MemorySegment.NULL, bytes, PROT_READ_WRITE, flags, -1, 0L);
        } catch (Throwable thrown) {
            throw new AssertionError("mmap threw", thrown);
        }
        if (pages.address() == -1) {
            throw new OnnxException(
                    OnnxException.Code.FAIL, "the operating system refused to map %d bytes".formatted(bytes));
        }
        return pages.reinterpret(bytes, arena, SystemMemory::unmap);
    }

    private static void unmap(MemorySegment pages) {
        try {
            int ignored = (int) Posix.MUNMAP.invokeExact(pages, pages.byteSize());
        } catch (Throwable thrown) {
            throw new AssertionError("munmap threw", thrown);
        }
    }

    /**
     * Tells the operating system that the pages of a mapped file are not needed for now. They are read from the file
     * again if they are touched after all, so this is always safe; memory that no file backs is left alone. For weights
     * of which ONNX Runtime made a packed copy of its own when it opened a session.
     *
     * @param mapped read-only, from {@link java.nio.channels.FileChannel#map}, or a slice of such
     * @return how many bytes were released, 0 where nothing could be
     */
    public static long release(MemorySegment mapped) {
        if (!hasMmap() || !mapped.isMapped() || !mapped.isReadOnly()) {
            return 0;
        }
        long from = (mapped.address() + PAGE - 1) / PAGE * PAGE;
        long to = (mapped.address() + mapped.byteSize()) / PAGE * PAGE;
        if (to <= from) {
            return 0;
        }
        try {
            int result =
                    (int) Posix.MADVISE.invokeExact(mapped.asSlice(from - mapped.address()), to - from, MADV_DONTNEED);
            return result == 0 ? to - from : 0;
        } catch (Throwable thrown) {
            throw new AssertionError("madvise threw", thrown);
        }
    }

    /**
     * Has the C library give back the memory that was freed. It keeps what threads freed for them to use again, which is
     * much after loading a model and never needed so much again. Only glibc can be asked to.
     *
     * @return whether there was anything to give back
     */
    public static boolean trim() {
        Linker linker = Linker.nativeLinker();
        var symbol = linker.defaultLookup().find("malloc_trim");
        if (symbol.isEmpty()) {
            return false;
        }
        try {
            return (int) linker.downcallHandle(symbol.get(), FunctionDescriptor.of(JAVA_INT, JAVA_LONG))
                            .invokeExact(0L)
                    == 1;
        } catch (Throwable thrown) {
            throw new AssertionError("malloc_trim threw", thrown);
        }
    }

    /** Looked up only where the functions exist. */
    private static final class Posix {
        static final MethodHandle MMAP = handle(
                "mmap", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
        static final MethodHandle MUNMAP = handle("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
        static final MethodHandle MADVISE =
                handle("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

        private static MethodHandle handle(String name, FunctionDescriptor type) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
        }
    }
}
