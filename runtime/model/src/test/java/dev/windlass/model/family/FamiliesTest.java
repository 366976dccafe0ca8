package dev.windlass.model.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.model.InvalidModelException;
import dev.windlass.model.config.ConfigNode;
import dev.windlass.model.config.ModelConfig;
import dev.windlass.model.weight.Tensor;
import dev.windlass.model.weight.Weight;
import dev.windlass.onnx.graph.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FamiliesTest {
    private static ModelConfig config(String modelType) {
        ConfigNode node = ConfigNode.parse("config.json", """
                {"model_type": "%s", "vocab_size": 8, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 1,
                 "intermediate_size": 8, "max_position_embeddings": 32, "rms_norm_eps": 1e-5, "hidden_act": "silu"}""".formatted(modelType));
        return ModelConfig.of(node, node);
    }

    private final Map<String, Tensor> tensors = new HashMap<>();

    private void tensor(String name, ElementType type, Long... shape) {
        long values = Arrays.stream(shape).reduce(1L, (a, b) -> a * b);
        MemorySegment data = Arena.ofAuto().allocate(values * type.bytes());
        for (long i = 0; i < values; i++) {
            switch (type) {
                case FLOAT -> data.setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
                case FLOAT16 -> data.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(i));
                default -> data.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (Float.floatToRawIntBits(i) >>> 16));
            }
        }
        tensors.put(name, new Tensor(name, type, List.of(shape), data));
    }

    private void llamaTensors() {
        tensor("model.embed_tokens.weight", ElementType.FLOAT, 8L, 16L);
        tensor("model.layers.0.input_layernorm.weight", ElementType.FLOAT, 16L);
        tensor("model.layers.0.self_attn.q_proj.weight", ElementType.FLOAT, 16L, 16L);
        tensor("model.layers.0.self_attn.k_proj.weight", ElementType.FLOAT16, 16L, 16L);
        tensor("model.layers.0.self_attn.v_proj.weight", ElementType.BFLOAT16, 16L, 16L);
        tensor("model.layers.0.self_attn.o_proj.weight", ElementType.FLOAT, 16L, 16L);
        tensor("model.layers.0.post_attention_layernorm.weight", ElementType.FLOAT, 16L);
        tensor("model.layers.0.mlp.gate_proj.weight", ElementType.FLOAT, 8L, 16L);
        tensor("model.layers.0.mlp.up_proj.weight", ElementType.FLOAT, 8L, 16L);
        tensor("model.layers.0.mlp.down_proj.weight", ElementType.FLOAT, 16L, 8L);
        tensor("model.norm.weight", ElementType.FLOAT, 16L);
        tensor("lm_head.weight", ElementType.FLOAT, 8L, 16L);
    }

    private List<Weight> weights(String modelType) {
        return Families.describe(config(modelType)).weights(name -> Optional.ofNullable(tensors.get(name)));
    }

    private static float[] read(Weight weight, int first, int count) {
        float[] values = new float[(int) (count * weight.columns())];
        weight.source().read(first, count, MemorySegment.ofArray(values));
        return values;
    }

    @Test
    void listsTheSupportedFamiliesWhenOneIsUnknown() {
        assertThatThrownBy(() -> Families.describe(config("bert")))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage(
                        "config.json.model_type: expected one of gemma2, gemma3, gemma3_text, gpt2, gpt_neox, granite,"
                                + " llama, mistral, olmo2, phi3, qwen2, qwen3, smollm3, found \"bert\"");
    }

    @Test
    void listsEncodersTooWhereAnyModelWillDo() {
        assertThat(Families.of(config("llama"))).isInstanceOf(DecoderSpec.class);
        assertThatThrownBy(() -> Families.of(config("t5")))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageEndingWith("smollm3, or of the encoders bert, distilbert, modernbert, roberta, xlm-roberta,"
                        + " found \"t5\"");
    }

    @Test
    void listsAllWeightsInTheOrderOfComputation() {
        llamaTensors();

        assertThat(weights("llama"))
                .extracting(weight ->
                        "%s %s %dx%d".formatted(weight.name(), weight.role(), weight.rows(), weight.columns()))
                .containsExactly(
                        "embedding EMBEDDING 8x16",
                        "layers.0.attention_norm PLAIN 1x16",
                        "layers.0.attention.qkv LINEAR 48x16",
                        "layers.0.attention.output LINEAR 16x16",
                        "layers.0.mlp_norm PLAIN 1x16",
                        "layers.0.mlp.gate LINEAR 8x16",
                        "layers.0.mlp.up LINEAR 8x16",
                        "layers.0.mlp.down LINEAR 16x8",
                        "final_norm PLAIN 1x16",
                        "head HEAD 8x16");
    }

    @Test
    void readsRowsAcrossStackedTensorsOfAllTypes() {
        llamaTensors();
        Weight stacked = weights("llama").get(2);

        float[] rows = read(stacked, 15, 19);

        assertThat(rows[0]).isEqualTo(15 * 16);
        assertThat(rows[16]).isEqualTo(0);
        assertThat(rows[17]).isEqualTo(1);
        assertThat(rows[17 * 16]).isEqualTo(0);
        assertThat(rows[18 * 16]).isEqualTo(16);
    }

    @Test
    void namesTheTensorThatIsMissing() {
        llamaTensors();
        tensors.remove("model.layers.0.mlp.up_proj.weight");

        assertThatThrownBy(() -> weights("llama"))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageStartingWith(
                        "tensor layers.0.mlp.up_proj.weight: expected shape [8, 16], found no such tensor");
    }

    @Test
    void namesTheTensorOfAnotherShape() {
        llamaTensors();
        tensor("model.norm.weight", ElementType.FLOAT, 17L);

        assertThatThrownBy(() -> weights("llama"))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage("tensor model.norm.weight: expected shape [16], found [17]");
    }

    @Test
    void refusesTensorsOfIntegers() {
        llamaTensors();
        tensors.put(
                "model.norm.weight",
                new Tensor(
                        "model.norm.weight",
                        ElementType.INT8,
                        List.of(16L),
                        Arena.ofAuto().allocate(16)));

        assertThatThrownBy(() -> weights("llama"))
                .hasMessage("tensor model.norm.weight: expected F32, F16 or BF16 values, found INT8");
    }

    @Test
    void findsADecoderInsideAModelThatAlsoSees() {
        llamaTensors();
        Map<String, Tensor> bare = Map.copyOf(tensors);
        tensors.clear();
        bare.forEach((name, tensor) -> tensors.put("language_model." + name, tensor));

        assertThat(weights("llama")).hasSize(10);
    }
}
