package dev.windlass.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.windlass.model.InvalidModelException;
import dev.windlass.model.config.Rotary.Scaling;
import dev.windlass.onnx.graph.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelConfigTest {
    private static final String LLAMA = """
            "model_type": "llama", "vocab_size": 256, "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
            "num_key_value_heads": 2, "intermediate_size": 96, "max_position_embeddings": 512, "rms_norm_eps": 1e-5,
            "hidden_act": "silu\"""";

    private static ModelConfig config(String more) {
        ConfigNode node = ConfigNode.parse("config.json", "{" + LLAMA + more + "}");
        return ModelConfig.of(node, node);
    }

    private static ModelConfig replaced(String key, String value) {
        String json = "{" + LLAMA.replaceAll("\"" + key + "\": [^,]+", "\"" + key + "\": " + value) + "}";
        ConfigNode node = ConfigNode.parse("config.json", json);
        return ModelConfig.of(node, node);
    }

    @Test
    void readsWhatAllFamiliesShare() {
        ModelConfig config = config(", \"torch_dtype\": \"bfloat16\", \"eos_token_id\": 7");

        assertThat(config.modelType()).isEqualTo("llama");
        assertThat(config.hiddenSize()).isEqualTo(64);
        assertThat(config.keyValueHeads()).isEqualTo(2);
        assertThat(config.headSize()).isEqualTo(16);
        assertThat(config.maximumPositions()).isEqualTo(512);
        assertThat(config.activation()).isEqualTo(Activation.SILU);
        assertThat(config.type()).isEqualTo(ElementType.BFLOAT16);
        assertThat(config.endTokens()).containsExactly(7);
    }

    @Test
    void takesAHeadSizeThatDoesNotDivideTheHiddenSize() {
        assertThat(config(", \"head_dim\": 48").headSize()).isEqualTo(48);
    }

    @Test
    void readsTheTextPartOfAModelThatAlsoSees() {
        ConfigNode node = ConfigNode.parse(
                "config.json",
                "{\"model_type\": \"gemma3\", \"dtype\": \"bfloat16\", \"text_config\": {" + LLAMA + "}}");

        ModelConfig config = ModelConfig.of(node, node);

        assertThat(config.modelType()).isEqualTo("llama");
        assertThat(config.type()).isEqualTo(ElementType.BFLOAT16);
    }

    @Test
    void prefersTheEndTokensOfTheGenerationConfig(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("config.json"), "{" + LLAMA + ", \"eos_token_id\": 7}");
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [8, 9]}");

        assertThat(ModelConfig.read(folder).endTokens()).containsExactlyInAnyOrder(8, 9);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hidden_size | null | an integer from 8 to 1048576 | nothing",
                "hidden_size | -64 | an integer from 8 to 1048576 | -64",
                "vocab_size | 1e18 | an integer from 1 to 4194304 | 1.0E18",
                "num_hidden_layers | 2.5 | an integer from 1 to 1024 | 2.5",
                "num_attention_heads | \"4\" | an integer from 1 to 4096 | \"4\"",
                "num_key_value_heads | 3 | a divisor of the 4 attention heads | 3",
                "rms_norm_eps | 0 | a number from 1.0E-12 to 1.0 | 0",
                "model_type | 5 | a string | 5",
            })
    void namesTheKeyThatCannotBeUsed(String key, String value, String expected, String found) {
        String message = expected.startsWith("an integer") && value.equals("null")
                ? "config.json.hidden_size: expected an integer, found nothing"
                : "config.json.%s: expected %s, found %s".formatted(key, expected, found);

        assertThatThrownBy(() -> replaced(key, value))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage(message);
    }

    @Test
    void refusesQuantisedCheckpoints() {
        assertThatThrownBy(() -> config(", \"quantization_config\": {\"quant_method\": \"gptq\"}"))
                .hasMessageContaining(
                        "quantization_config: expected nothing: only unquantised checkpoints can be read");
    }

    @Test
    void refusesUnknownActivations() {
        assertThatThrownBy(() -> replaced("hidden_act", "\"mish\""))
                .hasMessageContaining("hidden_act: expected silu, gelu")
                .hasMessageEndingWith("found \"mish\"");
    }

    @Test
    void refusesWhatIsNotAnObject() {
        assertThatThrownBy(() -> ConfigNode.parse("config.json", "[1]"))
                .hasMessage("config.json: expected a JSON object, found [1]");
        assertThatThrownBy(() -> ConfigNode.parse("config.json", "{"))
                .hasMessageStartingWith("config.json: expected a JSON object");
    }

    @Test
    void rotaryPositionsNeedNoScaling() {
        Rotary rotary =
                config(", \"rope_theta\": 500000.0, \"rope_scaling\": null").rotary(10_000, 1);

        assertThat(rotary).isEqualTo(new Rotary(500_000, 16, new Scaling.None()));
    }

    @Test
    void bothFormsOfRotaryParametersMeanTheSame() {
        String scaling = "\"factor\": 8.0, \"high_freq_factor\": 4.0, \"low_freq_factor\": 1.0,"
                + " \"original_max_position_embeddings\": 64";
        Rotary old = config(", \"rope_theta\": 5e5, \"rope_scaling\": {\"type\": \"llama3\", " + scaling + "}")
                .rotary(10_000, 1);
        Rotary current = config(
                        ", \"rope_parameters\": {\"rope_type\": \"llama3\", \"rope_theta\": 5e5, " + scaling + "}")
                .rotary(10_000, 1);

        assertThat(old)
                .isEqualTo(new Rotary(5e5, 16, new Scaling.Llama3(8, 1, 4, 64)))
                .isEqualTo(current);
    }

    @Test
    void rotaryParametersMayDifferByTypeOfLayer() {
        ModelConfig config =
                config(", \"rope_parameters\": {\"full_attention\": {\"rope_type\": \"linear\", \"factor\": 8,"
                        + " \"rope_theta\": 1e6}, \"sliding_attention\": {\"rope_theta\": 1e4}}");

        assertThat(config.rotary("full_attention", "rope_theta", true, 1))
                .isEqualTo(new Rotary(1e6, 16, new Scaling.Linear(8)));
        assertThat(config.rotary("sliding_attention", "rope_local_base_freq", false, 1))
                .isEqualTo(new Rotary(1e4, 16, new Scaling.None()));
    }

    @Test
    void yarnStretchesTheContext() {
        ModelConfig config = config(", \"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4,"
                + " \"original_max_position_embeddings\": 512}");
        Rotary rotary = config.rotary(10_000, 1);

        assertThat(config.contextLength(rotary)).isEqualTo(2048);
        assertThat(rotary.scaling())
                .isInstanceOfSatisfying(
                        Scaling.Yarn.class,
                        yarn -> assertThat(yarn.attentionFactor()).isCloseTo(0.1 * Math.log(4) + 1, within(1e-12)));
    }

    @Test
    void longRopeNeedsAFactorForEachPair() {
        ModelConfig config = config(
                ", \"rope_scaling\": {\"type\": \"longrope\", \"short_factor\": [1, 1]," + " \"long_factor\": [1, 1]}");

        assertThatThrownBy(() -> config.rotary(10_000, 1))
                .hasMessage("config.json.rope_scaling.short_factor: expected 8 numbers, one for each rotated pair,"
                        + " found [1,1]");
    }

    @Test
    void refusesUnknownScalings() {
        assertThatThrownBy(() -> config(", \"rope_scaling\": {\"rope_type\": \"spiral\"}")
                        .rotary(10_000, 1))
                .hasMessage("config.json.rope_scaling.rope_type: expected default, linear, dynamic, llama3, yarn or"
                        + " longrope, found \"spiral\"");
    }

    @Test
    void layerTypesMustCoverAllLayers() {
        assertThat(config(", \"layer_types\": [\"sliding_attention\", \"full_attention\"]")
                        .slidingLayers())
                .contains(List.of(true, false));
        assertThatThrownBy(
                        () -> config(", \"layer_types\": [\"full_attention\"]").slidingLayers())
                .hasMessageContaining("layer_types: expected sliding_attention or full_attention for each of 2 layers");
    }
}
