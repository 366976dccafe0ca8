package dev.windlass.onnx.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * The functions of struct OrtModelEditorApi, and those of OrtApi that go with them. Who owns what: a method that adds
 * one thing to another takes the thing over, and only if it succeeds; {@link #createNode} takes its attributes over.
 */
public final class ModelEditorApi {
    private static final int LAST_INDEX = 14;

    private final OrtApi api;
    private final MemorySegment createTensorTypeAndShapeInfo;
    private final MemorySegment setTensorElementType;
    private final MemorySegment setDimensions;
    private final MemorySegment releaseTypeInfo;
    private final MemorySegment releaseTensorTypeAndShapeInfo;
    private final MemorySegment createOpAttr;
    private final MemorySegment releaseOpAttr;
    private final MemorySegment releaseValueInfo;
    private final MemorySegment releaseNode;
    private final MemorySegment releaseGraph;
    private final MemorySegment releaseModel;
    private final MemorySegment createTensorTypeInfo;
    private final MemorySegment createValueInfo;
    private final MemorySegment createNode;
    private final MemorySegment createGraph;
    private final MemorySegment setGraphInputs;
    private final MemorySegment setGraphOutputs;
    private final MemorySegment addInitializerToGraph;
    private final MemorySegment addNodeToGraph;
    private final MemorySegment createModel;
    private final MemorySegment addGraphToModel;
    private final MemorySegment createSessionFromModel;

    ModelEditorApi(OrtApi owner, MemorySegment api, MemorySegment table) {
        this.api = owner;
        createTensorTypeAndShapeInfo = OrtApi.function(api, 57);
        setTensorElementType = OrtApi.function(api, 58);
        setDimensions = OrtApi.function(api, 59);
        releaseTypeInfo = OrtApi.function(api, 98);
        releaseTensorTypeAndShapeInfo = OrtApi.function(api, 99);
        createOpAttr = OrtApi.function(api, 211);
        releaseOpAttr = OrtApi.function(api, 212);
        releaseValueInfo = OrtApi.function(api, 285);
        releaseNode = OrtApi.function(api, 286);
        releaseGraph = OrtApi.function(api, 287);
        releaseModel = OrtApi.function(api, 288);
        MemorySegment editor = table.reinterpret((LAST_INDEX + 1) * ADDRESS.byteSize());
        createTensorTypeInfo = OrtApi.function(editor, 0);
        createValueInfo = OrtApi.function(editor, 5);
        createNode = OrtApi.function(editor, 6);
        createGraph = OrtApi.function(editor, 7);
        setGraphInputs = OrtApi.function(editor, 8);
        setGraphOutputs = OrtApi.function(editor, 9);
        addInitializerToGraph = OrtApi.function(editor, 10);
        addNodeToGraph = OrtApi.function(editor, 11);
        createModel = OrtApi.function(editor, 12);
        addGraphToModel = OrtApi.function(editor, 13);
        createSessionFromModel = OrtApi.function(editor, 14);
    }

    /** @param sizes of each axis, -1 where it is known only at run time */
    public MemorySegment createValueInfo(String name, int type, long[] sizes, Arena scratch) {
        var out = scratch.allocate(ADDRESS);
        MemorySegment shape = api.created(Downcall.p(createTensorTypeAndShapeInfo, out), out);
        try {
            api.check(Downcall.pi(setTensorElementType, shape, type));
            api.check(Downcall.ppl(setDimensions, shape, scratch.allocateFrom(JAVA_LONG, sizes), sizes.length));
            MemorySegment typeInfo = api.created(Downcall.pp(createTensorTypeInfo, shape, out), out);
            try {
                return api.created(Downcall.ppp(createValueInfo, scratch.allocateFrom(name), typeInfo, out), out);
            } finally {
                api.release(releaseTypeInfo, typeInfo);
            }
        } finally {
            api.release(releaseTensorTypeAndShapeInfo, shape);
        }
    }

    public void releaseValueInfo(MemorySegment info) {
        api.release(releaseValueInfo, info);
    }

    /**
     * @param count how many values {@code data} holds; a text's bytes
     * @param type of OrtOpAttrType: 1 int, 2 ints, 3 float, 4 floats, 5 string
     */
    public MemorySegment createAttribute(String name, MemorySegment data, int count, int type, Arena scratch) {
        var out = scratch.allocate(ADDRESS);
        return api.created(Downcall.ppiip(createOpAttr, scratch.allocateFrom(name), data, count, type, out), out);
    }

    public void releaseAttribute(MemorySegment attribute) {
        api.release(releaseOpAttr, attribute);
    }

    /** @param inputs pointers to names, as {@code outputs}; {@code attributes} pointers to attributes */
    public MemorySegment createNode(
            String operator,
            String domain,
            String name,
            MemorySegment inputs,
            MemorySegment outputs,
            MemorySegment attributes,
            Arena scratch) {
        var out = scratch.allocate(ADDRESS);
        long attributeCount = count(attributes);
        MemorySegment node = api.created(
                Downcall.pppplplplp(
                        createNode,
                        scratch.allocateFrom(operator),
                        scratch.allocateFrom(domain),
                        scratch.allocateFrom(name),
                        inputs,
                        count(inputs),
                        outputs,
                        count(outputs),
                        attributes,
                        attributeCount,
                        out),
                out);
        api.handedOver(attributeCount);
        return node;
    }

    public void releaseNode(MemorySegment node) {
        api.release(releaseNode, node);
    }

    public MemorySegment createGraph(SegmentAllocator scratch) {
        var out = scratch.allocate(ADDRESS);
        return api.created(Downcall.p(createGraph, out), out);
    }

    public void releaseGraph(MemorySegment graph) {
        api.release(releaseGraph, graph);
    }

    public void setInputs(MemorySegment graph, MemorySegment valueInfos) {
        api.check(Downcall.ppl(setGraphInputs, graph, valueInfos, count(valueInfos)));
        api.handedOver(count(valueInfos));
    }

    public void setOutputs(MemorySegment graph, MemorySegment valueInfos) {
        api.check(Downcall.ppl(setGraphOutputs, graph, valueInfos, count(valueInfos)));
        api.handedOver(count(valueInfos));
    }

    /** @param external whether the graph goes on using the tensor's memory, which must have 128 bytes or more */
    public void addInitializer(
            MemorySegment graph, String name, MemorySegment tensor, boolean external, Arena scratch) {
        api.check(Downcall.pppz(addInitializerToGraph, graph, scratch.allocateFrom(name), tensor, external));
        api.handedOver(1);
    }

    public void addNode(MemorySegment graph, MemorySegment node) {
        api.check(Downcall.pp(addNodeToGraph, graph, node));
        api.handedOver(1);
    }

    /** @param domains pointers to names; {@code versions} as many ints */
    public MemorySegment createModel(MemorySegment domains, MemorySegment versions, SegmentAllocator scratch) {
        var out = scratch.allocate(ADDRESS);
        return api.created(Downcall.pplp(createModel, domains, versions, count(domains), out), out);
    }

    public void addGraph(MemorySegment model, MemorySegment graph) {
        api.check(Downcall.pp(addGraphToModel, model, graph));
        api.handedOver(1);
    }

    public void releaseModel(MemorySegment model) {
        api.release(releaseModel, model);
    }

    /** Does not take the model over. */
    public MemorySegment createSession(
            MemorySegment env, MemorySegment model, MemorySegment options, SegmentAllocator scratch) {
        var out = scratch.allocate(ADDRESS);
        return api.created(Downcall.pppp(createSessionFromModel, env, model, options, out), out);
    }

    private static long count(MemorySegment pointers) {
        return pointers.byteSize() / ADDRESS.byteSize();
    }
}
