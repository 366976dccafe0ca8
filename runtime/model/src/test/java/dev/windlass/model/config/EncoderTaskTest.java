package dev.windlass.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.windlass.model.InvalidModelException;
import dev.windlass.model.config.EncoderTask.Classify;
import dev.windlass.model.config.EncoderTask.Embed;
import dev.windlass.model.config.EncoderTask.Rerank;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncoderTaskTest {
    @TempDir
    private Path folder;

    private EncoderTask read(String architecture, String more) throws IOException {
        String json = """
                {"model_type": "bert", "vocab_size": 90, "hidden_size": 32, "num_attention_heads": 2, "num_hidden_layers": 1,
                 "intermediate_size": 48, "architectures": ["%s"] %s}""".formatted(architecture, more);
        ConfigNode config = ConfigNode.parse("config.json", json);
        return EncoderTask.read(folder, ModelConfig.of(config, config));
    }

    private void modules(String... types) throws IOException {
        List<String> modules = List.of(types).stream()
                .map("{\"type\": \"sentence_transformers.models.%s\"}"::formatted)
                .toList();
        Files.writeString(folder.resolve("modules.json"), modules.toString());
    }

    private void pooling(String json) throws IOException {
        Files.createDirectories(folder.resolve("1_Pooling"));
        Files.writeString(folder.resolve("1_Pooling/config.json"), json);
    }

    @ParameterizedTest
    @CsvSource({"BertModel", "BertForMaskedLM", "BertForPreTraining"})
    void takesTheMeanOfLengthOneWhereNothingElseIsSaid(String architecture) throws IOException {
        assertThat(read(architecture, "")).isEqualTo(new Embed(Pooling.MEAN, true, 0));
    }

    @Test
    void heedsWhatSentenceTransformersKeepsBesideTheModel() throws IOException {
        modules("Transformer", "Pooling");
        pooling("{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false, \"include_prompt\": true}");
        Files.writeString(folder.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 128}");
        assertThat(read("BertModel", "")).isEqualTo(new Embed(Pooling.FIRST, false, 128));

        modules("Transformer", "Pooling", "Normalize");
        pooling("{\"pooling_mode_mean_tokens\": false, \"pooling_mode_lasttoken\": true}");
        assertThat(read("BertModel", "")).isEqualTo(new Embed(Pooling.LAST, true, 128));
    }

    @Test
    void refusesWhatWouldChangeVectorsAndIsNotComputed() throws IOException {
        modules("Transformer", "Pooling", "Dense");
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> read("BertModel", ""))
                .withMessageContaining("modules.json.list[2].type")
                .withMessageContaining("Dense");

        modules("Transformer", "Pooling");
        pooling("{\"pooling_mode_mean_tokens\": true, \"pooling_mode_max_tokens\": true}");
        assertThatExceptionOfType(InvalidModelException.class).isThrownBy(() -> read("BertModel", ""));
    }

    @Test
    void ranksWithOneLabelAndClassifiesWithSeveral() throws IOException {
        String one = ", \"id2label\": {\"0\": \"LABEL_0\"}";
        String two = ", \"id2label\": {\"1\": \"bad\", \"0\": \"good\"}";
        String architecture = "BertForSequenceClassification";

        assertThat(read(architecture, one)).isEqualTo(new Rerank(true));
        assertThat(read(architecture, two)).isEqualTo(new Classify(List.of("good", "bad"), false));
        assertThat(read(architecture, "")).isEqualTo(new Classify(List.of("LABEL_0", "LABEL_1"), false));
        assertThat(read(architecture, two + ", \"problem_type\": \"multi_label_classification\""))
                .isEqualTo(new Classify(List.of("good", "bad"), true));
    }

    @Test
    void leavesScoresAsTheyAreWhereTheModelSaysSo() throws IOException {
        String one = ", \"num_labels\": 1";
        String identity = "\"torch.nn.modules.linear.Identity\"";
        String architecture = "BertForSequenceClassification";

        assertThat(read(architecture, one + ", \"sentence_transformers\": {\"activation_fn\": " + identity + "}"))
                .isEqualTo(new Rerank(false));
        assertThat(read(architecture, one + ", \"sbert_ce_default_activation_function\": " + identity))
                .isEqualTo(new Rerank(false));
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(
                        () -> read(architecture, one + ", \"sbert_ce_default_activation_function\": \"os.system\""));
    }

    @ParameterizedTest
    @CsvSource({"BertForTokenClassification", "BertForQuestionAnswering", "BertLMHeadModel2"})
    void refusesWhatIsForSomethingElse(String architecture) {
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> read(architecture, ""))
                .withMessageContaining(architecture);
    }

    @Test
    void refusesLabelsWithGaps() {
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> read("BertForSequenceClassification", ", \"id2label\": {\"0\": \"a\", \"2\": \"b\"}"))
                .withMessageContaining("id2label.1");
    }
}
