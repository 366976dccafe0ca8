package dev.windlass.onnx.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.windlass.onnx.ffi.OnnxException.Code;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The functions of struct OrtApi that Windlass calls, by their index in it. The struct only ever grows at its end, so an
 * index found once stays right (onnxruntime_c_api.cc asserts it); the comments in
 * onnxruntime_c_api.h say what each does. Methods that create something return its handle; the caller releases it
 * with the method named after it. {@code scratch} is where out-parameters go: an arena, or on a hot path a
 * {@link SegmentAllocator#prefixAllocator recycled} segment of 8 bytes.
 *
 * <p>Immutable and thread-safe, as far as the objects behind the handles are.
 */
public final class OrtApi {
    /** API version 23 has everything bound here; a newer library still serves it. */
    private static final int API_VERSION = 23;

    private static final int LAST_INDEX = 291;

    private final AtomicLong liveHandles = new AtomicLong();
    private final String version;
    private final String buildInfo;
    private final ModelEditorApi modelEditor;

    private final MemorySegment getErrorCode;
    private final MemorySegment getErrorMessage;
    private final MemorySegment releaseStatus;
    private final MemorySegment createEnvWithCustomLogger;
    private final MemorySegment releaseEnv;
    private final MemorySegment createSessionOptions;
    private final MemorySegment enableMemPattern;
    private final MemorySegment disableMemPattern;
    private final MemorySegment enableCpuMemArena;
    private final MemorySegment disableCpuMemArena;
    private final MemorySegment setSessionGraphOptimizationLevel;
    private final MemorySegment setIntraOpNumThreads;
    private final MemorySegment addSessionConfigEntry;
    private final MemorySegment releaseSessionOptions;
    private final MemorySegment createSession;
    private final MemorySegment releaseSession;
    private final MemorySegment sessionGetInputCount;
    private final MemorySegment sessionGetOutputCount;
    private final MemorySegment sessionGetInputTypeInfo;
    private final MemorySegment sessionGetOutputTypeInfo;
    private final MemorySegment sessionGetInputName;
    private final MemorySegment sessionGetOutputName;
    private final MemorySegment castTypeInfoToTensorInfo;
    private final MemorySegment getTensorElementType;
    private final MemorySegment getDimensionsCount;
    private final MemorySegment getDimensions;
    private final MemorySegment getSymbolicDimensions;
    private final MemorySegment releaseTypeInfo;
    private final MemorySegment releaseTensorTypeAndShapeInfo;
    private final MemorySegment run;
    private final MemorySegment runWithBinding;
    private final MemorySegment createIoBinding;
    private final MemorySegment releaseIoBinding;
    private final MemorySegment bindInput;
    private final MemorySegment bindOutput;
    private final MemorySegment createTensorWithDataAsOrtValue;
    private final MemorySegment getTensorMutableData;
    private final MemorySegment getTensorTypeAndShape;
    private final MemorySegment releaseValue;
    private final MemorySegment createCpuMemoryInfo;
    private final MemorySegment releaseMemoryInfo;
    private final MemorySegment getAllocatorWithDefaultOptions;
    private final MemorySegment allocatorFree;

    private OrtApi(MemorySegment api, String version) {
        this.version = version;
        getErrorCode = function(api, 1);
        getErrorMessage = function(api, 2);
        releaseStatus = function(api, 93);
        createEnvWithCustomLogger = function(api, 4);
        releaseEnv = function(api, 92);
        createSessionOptions = function(api, 10);
        enableMemPattern = function(api, 16);
        disableMemPattern = function(api, 17);
        enableCpuMemArena = function(api, 18);
        disableCpuMemArena = function(api, 19);
        setSessionGraphOptimizationLevel = function(api, 23);
        setIntraOpNumThreads = function(api, 24);
        addSessionConfigEntry = function(api, 130);
        releaseSessionOptions = function(api, 100);
        createSession = function(api, 7);
        releaseSession = function(api, 95);
        sessionGetInputCount = function(api, 30);
        sessionGetOutputCount = function(api, 31);
        sessionGetInputTypeInfo = function(api, 33);
        sessionGetOutputTypeInfo = function(api, 34);
        sessionGetInputName = function(api, 36);
        sessionGetOutputName = function(api, 37);
        castTypeInfoToTensorInfo = function(api, 55);
        getTensorElementType = function(api, 60);
        getDimensionsCount = function(api, 61);
        getDimensions = function(api, 62);
        getSymbolicDimensions = function(api, 63);
        releaseTypeInfo = function(api, 98);
        releaseTensorTypeAndShapeInfo = function(api, 99);
        run = function(api, 9);
        runWithBinding = function(api, 133);
        createIoBinding = function(api, 134);
        releaseIoBinding = function(api, 135);
        bindInput = function(api, 136);
        bindOutput = function(api, 137);
        createTensorWithDataAsOrtValue = function(api, 49);
        getTensorMutableData = function(api, 51);
        getTensorTypeAndShape = function(api, 65);
        releaseValue = function(api, 96);
        createCpuMemoryInfo = function(api, 69);
        releaseMemoryInfo = function(api, 94);
        getAllocatorWithDefaultOptions = function(api, 78);
        allocatorFree = function(api, 76);
        buildInfo = text(Downcall.none(function(api, 254)));
        modelEditor = new ModelEditorApi(this, api, Downcall.none(function(api, 291)));
    }

    /**
     * Loads the library, which stays loaded until the process ends.
     *
     * @throws OnnxException when it is no ONNX Runtime, or one older than 1.23
     */
    public static OrtApi load(Path library) {
        MemorySegment base;
        try {
            Telemetry.forbid();
            var symbols = SymbolLookup.libraryLookup(library, Arena.global());
            base = Downcall.none(symbols.findOrThrow("OrtGetApiBase"));
        } catch (RuntimeException cause) {
            throw new OnnxException(
                    Code.LIBRARY_UNUSABLE,
                    "%s: expected ONNX Runtime's shared library, but it does not load: %s"
                            .formatted(library, cause.getMessage()),
                    cause);
        }
        return of(base.reinterpret(2 * ADDRESS.byteSize()), library);
    }

    /** @param base struct OrtApiBase: GetApi, which gives null for a version it does not have, and GetVersionString */
    static OrtApi of(MemorySegment base, Path library) {
        String version = text(Downcall.none(function(base, 1)));
        MemorySegment api = Downcall.i(function(base, 0), API_VERSION);
        if (api.address() == 0) {
            throw new OnnxException(
                    Code.LIBRARY_UNUSABLE,
                    "%s: expected ONNX Runtime 1.%d or newer, found %s".formatted(library, API_VERSION, version));
        }
        return new OrtApi(api.reinterpret((LAST_INDEX + 1) * ADDRESS.byteSize()), version);
    }

    static MemorySegment function(MemorySegment table, int index) {
        return table.getAtIndex(ADDRESS, index);
    }

    static String text(MemorySegment pointer) {
        return pointer.reinterpret(Long.MAX_VALUE).getString(0);
    }

    /** Such as {@code 1.29.0}. */
    public String version() {
        return version;
    }

    /** How the library was built: branch, commit, flags. */
    public String buildInfo() {
        return buildInfo;
    }

    /** The part of the API that builds graphs in memory. */
    public ModelEditorApi modelEditor() {
        return modelEditor;
    }

    /** How many handles were created through this object and not yet released, for tests that look for leaks. */
    public long liveHandles() {
        return liveHandles.get();
    }

    void check(MemorySegment status) {
        if (status.address() != 0) {
            var code = Code.of(Downcall.intP(getErrorCode, status));
            String message = text(Downcall.p(getErrorMessage, status));
            Downcall.voidP(releaseStatus, status);
            throw new OnnxException(code, message);
        }
    }

    MemorySegment created(MemorySegment status, MemorySegment out) {
        check(status);
        liveHandles.getAndIncrement();
        return out.get(ADDRESS, 0);
    }

    void release(MemorySegment function, MemorySegment handle) {
        liveHandles.getAndDecrement();
        Downcall.voidP(function, handle);
    }

    /** Notes that handles now belong to another native object, which will release them. */
    void handedOver(long handles) {
        liveHandles.getAndAdd(-handles);
    }

    public MemorySegment createEnv(int severity, String name, Arena scratch) {
        var out = scratch.allocate(ADDRESS);
        return created(
                Downcall.ppipp(
                        createEnvWithCustomLogger,
                        OrtLog.FUNCTION,
                        MemorySegment.NULL,
                        severity,
                        scratch.allocateFrom(name),
                        out),
                out);
    }

    public void releaseEnv(MemorySegment env) {
        release(releaseEnv, env);
    }

    public MemorySegment createSessionOptions(SegmentAllocator scratch) {
        var out = scratch.allocate(ADDRESS);
        return created(Downcall.p(createSessionOptions, out), out);
    }

    public void useMemPattern(MemorySegment options, boolean use) {
        check(Downcall.p(use ? enableMemPattern : disableMemPattern, options));
    }

    public void useCpuMemArena(MemorySegment options, boolean use) {
        check(Downcall.p(use ? enableCpuMemArena : disableCpuMemArena, options));
    }

    public void setGraphOptimizationLevel(MemorySegment options, int level) {
        check(Downcall.pi(setSessionGraphOptimizationLevel, options, level));
    }

    public void setIntraOpNumThreads(MemorySegment options, int threads) {
        check(Downcall.pi(setIntraOpNumThreads, options, threads));
    }

    public void addSessionConfigEntry(MemorySegment options, String key, String value, Arena scratch) {
        check(Downcall.ppp(addSessionConfigEntry, options, scratch.allocateFrom(key), scratch.allocateFrom(value)));
    }

    public void releaseSessionOptions(MemorySegment options) {
        release(releaseSessionOptions, options);
    }

    /** @param path in the platform's path encoding, null-terminated */
    public MemorySegment createSession(
            MemorySegment env, MemorySegment path, MemorySegment options, SegmentAllocator scratch) {
        var out = scratch.allocate(ADDRESS);
        return created(Downcall.pppp(createSession, env, path, options, out), out);
    }

    public void releaseSession(MemorySegment session) {
        release(releaseSession, session);
    }

    public int inputCount(MemorySegment session, Arena scratch) {
        return count(sessionGetInputCount, session, scratch);
    }

    public int outputCount(MemorySegment session, Arena scratch) {
        return count(sessionGetOutputCount, session, scratch);
    }

    private int count(MemorySegment function, MemorySegment of, Arena scratch) {
        var out = scratch.allocate(JAVA_LONG);
        check(Downcall.pp(function, of, out));
        return Math.toIntExact(out.get(JAVA_LONG, 0));
    }

    public String inputName(MemorySegment session, int index, Arena scratch) {
        return name(sessionGetInputName, session, index, scratch);
    }

    public String outputName(MemorySegment session, int index, Arena scratch) {
        return name(sessionGetOutputName, session, index, scratch);
    }

    private String name(MemorySegment function, MemorySegment session, int index, Arena scratch) {
        var out = scratch.allocate(ADDRESS);
        check(Downcall.p(getAllocatorWithDefaultOptions, out));
        MemorySegment allocator = out.get(ADDRESS, 0);
        check(Downcall.plpp(function, session, index, allocator, out));
        MemorySegment name = out.get(ADDRESS, 0);
        String text = text(name);
        check(Downcall.pp(allocatorFree, allocator, name));
        return text;
    }

    public TensorShape inputShape(MemorySegment session, int index, Arena scratch) {
        return typeInfoShape(sessionGetInputTypeInfo, session, index, scratch);
    }

    public TensorShape outputShape(MemorySegment session, int index, Arena scratch) {
        return typeInfoShape(sessionGetOutputTypeInfo, session, index, scratch);
    }

    private TensorShape typeInfoShape(MemorySegment function, MemorySegment session, int index, Arena scratch) {
        var out = scratch.allocate(ADDRESS);
        MemorySegment typeInfo = created(Downcall.plp(function, session, index, out), out);
        try {
            check(Downcall.pp(castTypeInfoToTensorInfo, typeInfo, out));
            MemorySegment tensorInfo = out.get(ADDRESS, 0);
            if (tensorInfo.address() == 0) {
                throw new OnnxException(Code.NOT_IMPLEMENTED, "expected a tensor, found another type of value");
            }
            return shape(tensorInfo, scratch);
        } finally {
            release(releaseTypeInfo, typeInfo);
        }
    }

    private TensorShape shape(MemorySegment tensorInfo, Arena scratch) {
        var type = scratch.allocate(JAVA_INT);
        check(Downcall.pp(getTensorElementType, tensorInfo, type));
        int rank = count(getDimensionsCount, tensorInfo, scratch);
        var sizes = scratch.allocate(JAVA_LONG, rank);
        check(Downcall.ppl(getDimensions, tensorInfo, sizes, rank));
        var names = scratch.allocate(ADDRESS, rank);
        check(Downcall.ppl(getSymbolicDimensions, tensorInfo, names, rank));
        String[] symbols = new String[rank];
        for (int axis = 0; axis < rank; axis++) {
            symbols[axis] = text(names.getAtIndex(ADDRESS, axis));
        }
        return new TensorShape(type.get(JAVA_INT, 0), sizes.toArray(JAVA_LONG), symbols);
    }

    /** Names and values are arrays of pointers; {@code outputs} starts as nulls and receives handles to release. */
    public void run(
            MemorySegment session,
            MemorySegment inputNames,
            MemorySegment inputs,
            MemorySegment outputNames,
            MemorySegment outputs) {
        long inputCount = inputs.byteSize() / ADDRESS.byteSize();
        long outputCount = outputs.byteSize() / ADDRESS.byteSize();
        check(Downcall.pppplplp(
                run, session, MemorySegment.NULL, inputNames, inputs, inputCount, outputNames, outputCount, outputs));
        liveHandles.getAndAdd(outputCount);
    }

    public MemorySegment createIoBinding(MemorySegment session, SegmentAllocator scratch) {
        var out = scratch.allocate(ADDRESS);
        return created(Downcall.pp(createIoBinding, session, out), out);
    }

    public void releaseIoBinding(MemorySegment binding) {
        release(releaseIoBinding, binding);
    }

    /** The binding shares the value: the caller's handle may be released at once. */
    public void bindInput(MemorySegment binding, MemorySegment name, MemorySegment value) {
        check(Downcall.ppp(bindInput, binding, name, value));
    }

    /** The binding shares the value: the caller's handle may be released at once. */
    public void bindOutput(MemorySegment binding, MemorySegment name, MemorySegment value) {
        check(Downcall.ppp(bindOutput, binding, name, value));
    }

    public void runWithBinding(MemorySegment session, MemorySegment binding) {
        check(Downcall.ppp(runWithBinding, session, MemorySegment.NULL, binding));
    }

    /** Makes a tensor over memory that stays the caller's and must outlive it. */
    public MemorySegment createTensor(
            MemorySegment memoryInfo, MemorySegment data, MemorySegment shape, int type, SegmentAllocator scratch) {
        var out = scratch.allocate(ADDRESS);
        long rank = shape.byteSize() / Long.BYTES;
        return created(
                Downcall.pplplip(
                        createTensorWithDataAsOrtValue, memoryInfo, data, data.byteSize(), shape, rank, type, out),
                out);
    }

    /** The tensor's own memory, of unknown size. */
    public MemorySegment tensorData(MemorySegment value, SegmentAllocator scratch) {
        var out = scratch.allocate(ADDRESS);
        check(Downcall.pp(getTensorMutableData, value, out));
        return out.get(ADDRESS, 0);
    }

    public TensorShape tensorShape(MemorySegment value, Arena scratch) {
        var out = scratch.allocate(ADDRESS);
        MemorySegment info = created(Downcall.pp(getTensorTypeAndShape, value, out), out);
        try {
            return shape(info, scratch);
        } finally {
            release(releaseTensorTypeAndShapeInfo, info);
        }
    }

    public void releaseValue(MemorySegment value) {
        release(releaseValue, value);
    }

    /** Host memory that ONNX Runtime does not allocate itself. */
    public MemorySegment createCpuMemoryInfo(SegmentAllocator scratch) {
        int deviceAllocator = 0;
        int defaultMemory = 0;
        var out = scratch.allocate(ADDRESS);
        return created(Downcall.iip(createCpuMemoryInfo, deviceAllocator, defaultMemory, out), out);
    }

    public void releaseMemoryInfo(MemorySegment info) {
        release(releaseMemoryInfo, info);
    }
}
