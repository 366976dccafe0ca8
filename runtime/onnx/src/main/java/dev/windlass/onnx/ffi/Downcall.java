package dev.windlass.onnx.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Calls through function pointers, one method handle a signature. The handles are constants, so the JIT compiles a call
 * to little more than the call itself, while the pointers stay ordinary fields of whoever loaded a library. The letters
 * of a name are the parameters: p a pointer, i an int, l a long (C's {@code size_t} and {@code int64_t}), z a bool.
 */
final class Downcall {
    private static final Linker LINKER = Linker.nativeLinker();

    private static final MethodHandle VOID_P = LINKER.downcallHandle(FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle INT_P = LINKER.downcallHandle(FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle NONE = pointerOf();
    private static final MethodHandle I = pointerOf(JAVA_INT);
    private static final MethodHandle P = pointerOf(ADDRESS);
    private static final MethodHandle PP = pointerOf(ADDRESS, ADDRESS);
    private static final MethodHandle PI = pointerOf(ADDRESS, JAVA_INT);
    private static final MethodHandle PPP = pointerOf(ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle PPL = pointerOf(ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle PLP = pointerOf(ADDRESS, JAVA_LONG, ADDRESS);
    private static final MethodHandle IIP = pointerOf(JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle PPPP = pointerOf(ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle PPLP = pointerOf(ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
    private static final MethodHandle PLPP = pointerOf(ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    private static final MethodHandle PPPZ = pointerOf(ADDRESS, ADDRESS, ADDRESS, JAVA_BOOLEAN);
    private static final MethodHandle PPIPP = pointerOf(ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle PPIIP = pointerOf(ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle PPLPLIP =
            pointerOf(ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS);
    private static final MethodHandle PPPPLPLP =
            pointerOf(ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS);
    private static final MethodHandle PPPPLPLPLP =
            pointerOf(ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS);

    private Downcall() {}

    private static MethodHandle pointerOf(MemoryLayout... parameters) {
        return LINKER.downcallHandle(FunctionDescriptor.of(ADDRESS, parameters));
    }

    private static AssertionError unexpected(Throwable thrown) {
        return switch (thrown) {
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            default -> new AssertionError("a native call threw", thrown);
        };
    }

    static void voidP(MemorySegment function, MemorySegment a) {
        try {
            VOID_P.invokeExact(function, a);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static int intP(MemorySegment function, MemorySegment a) {
        try {
            return (int) INT_P.invokeExact(function, a);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static MemorySegment none(MemorySegment function) {
        try {
            return (MemorySegment) NONE.invokeExact(function);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static MemorySegment i(MemorySegment function, int a) {
        try {
            return (MemorySegment) I.invokeExact(function, a);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static MemorySegment p(MemorySegment function, MemorySegment a) {
        try {
            return (MemorySegment) P.invokeExact(function, a);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static MemorySegment pp(MemorySegment function, MemorySegment a, MemorySegment b) {
        try {
            return (MemorySegment) PP.invokeExact(function, a, b);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static MemorySegment pi(MemorySegment function, MemorySegment a, int b) {
        try {
            return (MemorySegment) PI.invokeExact(function, a, b);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static MemorySegment ppp(MemorySegment function, MemorySegment a, MemorySegment b, MemorySegment c) {
        try {
            return (MemorySegment) PPP.invokeExact(function, a, b, c);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static MemorySegment ppl(MemorySegment function, MemorySegment a, MemorySegment b, long c) {
        try {
            return (MemorySegment) PPL.invokeExact(function, a, b, c);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static MemorySegment plp(MemorySegment function, MemorySegment a, long b, MemorySegment c) {
        try {
            return (MemorySegment) PLP.invokeExact(function, a, b, c);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static MemorySegment iip(MemorySegment function, int a, int b, MemorySegment c) {
        try {
            return (MemorySegment) IIP.invokeExact(function, a, b, c);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static MemorySegment pppp(
            MemorySegment function, MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment d) {
        try {
            return (MemorySegment) PPPP.invokeExact(function, a, b, c, d);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static MemorySegment pplp(MemorySegment function, MemorySegment a, MemorySegment b, long c, MemorySegment d) {
        try {
            return (MemorySegment) PPLP.invokeExact(function, a, b, c, d);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static MemorySegment plpp(MemorySegment function, MemorySegment a, long b, MemorySegment c, MemorySegment d) {
        try {
            return (MemorySegment) PLPP.invokeExact(function, a, b, c, d);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static MemorySegment pppz(MemorySegment function, MemorySegment a, MemorySegment b, MemorySegment c, boolean d) {
        try {
            return (MemorySegment) PPPZ.invokeExact(function, a, b, c, d);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static MemorySegment ppipp(
            MemorySegment function, MemorySegment a, MemorySegment b, int c, MemorySegment d, MemorySegment e) {
        try {
            return (MemorySegment) PPIPP.invokeExact(function, a, b, c, d, e);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static MemorySegment ppiip(
            MemorySegment function, MemorySegment a, MemorySegment b, int c, int d, MemorySegment e) {
        try {
            return (MemorySegment) PPIIP.invokeExact(function, a, b, c, d, e);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static MemorySegment pplplip(
            MemorySegment function,
            MemorySegment a,
            MemorySegment b,
            long c,
            MemorySegment d,
            long e,
            int f,
            MemorySegment g) {
        try {
            return (MemorySegment) PPLPLIP.invokeExact(function, a, b, c, d, e, f, g);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static MemorySegment pppplplp(
            MemorySegment function,
            MemorySegment a,
            MemorySegment b,
            MemorySegment c,
            MemorySegment d,
            long e,
            MemorySegment f,
            long g,
            MemorySegment h) {
        try {
            return (MemorySegment) PPPPLPLP.invokeExact(function, a, b, c, d, e, f, g, h);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static MemorySegment pppplplplp(
            MemorySegment function,
            MemorySegment a,
            MemorySegment b,
            MemorySegment c,
            MemorySegment d,
            long e,
            MemorySegment f,
            long g,
            MemorySegment h,
            long i,
            MemorySegment j) {
        try {
            return (MemorySegment) PPPPLPLPLP.invokeExact(function, a, b, c, d, e, f, g, h, i, j);
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }
}
