package dev.windlass.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.embeddings.EmbeddingCreateParams;
import dev.windlass.model.weight.Quantization;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What encoders answer over HTTP, with weights as they are by default, against transformers: hack/golden/encoder_golden.py. */
class EncoderAnswersTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path cache;

    private static EncoderServer server;
    private static OpenAIClient client;

    @BeforeAll
    static void start() {
        server = EncoderServer.start(cache, Quantization.AUTO);
        client = OpenAIOkHttpClient.builder()
                .baseUrl(server.http.uri("/v1").toString())
                .apiKey("none")
                .maxRetries(0)
                .responseValidation(true)
                .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static List<JsonNode> golden(String model, String list) throws IOException {
        var file = EncoderServer.MODELS.resolve(model).resolve("golden.json").toFile();
        return StreamSupport.stream(MAPPER.readTree(file).path(list).spliterator(), false)
                .toList();
    }

    private static String quoted(JsonNode value) {
        return value.toString();
    }

    private static void assertClose(JsonNode found, JsonNode expected) {
        assertThat(found.size()).isEqualTo(expected.size());
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.path(i).doubleValue()).isCloseTo(expected.path(i).doubleValue(), within(1e-4));
        }
    }

    @Test
    void embedsAsTransformersAndSentenceTransformersDo() throws IOException {
        var texts = golden("embedder", "texts");
        var input = texts.stream().map(text -> quoted(text.path("text"))).toList();
        var answer = server.http.ask(
                "/v1/embeddings", "{\"model\":\"embedder\",\"truncate_prompt_tokens\":-1,\"input\":" + input + "}");

        for (int i = 0; i < texts.size(); i++) {
            assertThat(answer.at("/data/" + i + "/index").intValue()).isEqualTo(i);
            assertClose(answer.at("/data/" + i + "/embedding"), texts.get(i).path("embedding"));
        }
        int tokens = texts.stream()
                .mapToInt(text -> Math.min(24, text.path("tokens").intValue()))
                .sum();
        assertThat(answer.at("/usage/prompt_tokens").intValue()).isEqualTo(tokens);
        assertThat(answer.at("/usage/total_tokens").intValue()).isEqualTo(tokens);
        assertThat(answer.path("model").textValue()).isEqualTo("embedder");
    }

    @Test
    void servesOpenAisOwnClient() throws IOException {
        var expected = golden("embedder", "texts").getFirst();
        var embedding = client.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("embedder")
                        .input(expected.path("text").textValue())
                        .build())
                .data()
                .getFirst()
                .embedding();

        for (int i = 0; i < embedding.size(); i++) {
            assertThat(embedding.get(i))
                    .isCloseTo((float) expected.path("embedding").path(i).doubleValue(), within(1e-4f));
        }
        var several = client.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("embedder")
                        .inputOfArrayOfStrings(List.of("one", "two"))
                        .dimensions(8)
                        .build());
        assertThat(several.data()).hasSize(2).allMatch(one -> one.embedding().size() == 8);
        assertThat(several.usage().promptTokens()).isPositive();
    }

    @Test
    void packsNumbersInBase64() {
        var plain = server.http.ask("/v1/embeddings", "{\"model\":\"embedder\",\"input\":\"Hello\"}");
        var packed = server.http.ask(
                "/v1/embeddings", "{\"model\":\"embedder\",\"input\":\"Hello\",\"encoding_format\":\"base64\"}");
        var floats = ByteBuffer.wrap(Base64.getDecoder()
                        .decode(packed.at("/data/0/embedding").textValue()))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();

        assertThat(floats.remaining()).isEqualTo(32);
        for (int i = 0; i < 32; i++) {
            assertThat(floats.get(i))
                    .isEqualTo(plain.at("/data/0/embedding/" + i).floatValue());
        }
        // OpenAI's client asks for it and unpacks it by itself.
        var unpacked = client.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("embedder")
                        .input("Hello")
                        .encodingFormat(EmbeddingCreateParams.EncodingFormat.BASE64)
                        .build());
        assertThat(unpacked.data().getFirst().embedding()).hasSize(32);
        assertThat(unpacked.data().getFirst().embedding().getFirst()).isEqualTo(floats.get(0));
    }

    @Test
    void shortensVectorsToTheDimensionsAskedAndKeepsTheirLength() {
        var whole = server.http.ask("/v1/embeddings", "{\"model\":\"embedder\",\"input\":\"Hello\"}");
        var part = server.http.ask("/v1/embeddings", "{\"model\":\"embedder\",\"input\":\"Hello\",\"dimensions\":5}");
        double squares = 0;
        for (int i = 0; i < 5; i++) {
            squares += Math.pow(part.at("/data/0/embedding/" + i).doubleValue(), 2);
        }

        assertThat(part.at("/data/0/embedding").size()).isEqualTo(5);
        assertThat(squares).isCloseTo(1, within(1e-5));
        assertThat(part.at("/data/0/embedding/0").doubleValue()
                        / part.at("/data/0/embedding/1").doubleValue())
                .isCloseTo(
                        whole.at("/data/0/embedding/0").doubleValue()
                                / whole.at("/data/0/embedding/1").doubleValue(),
                        within(1e-3));
    }

    @Test
    void takesTokensInPlaceOfTexts() {
        var tokens = server.http
                .ask("/tokenize", "{\"model\":\"embedder\",\"prompt\":\"Hello\"}")
                .path("tokens");
        var text = server.http.ask("/v1/embeddings", "{\"model\":\"embedder\",\"input\":\"Hello\"}");
        var one = server.http.ask("/v1/embeddings", "{\"model\":\"embedder\",\"input\":" + tokens + "}");
        var two =
                server.http.ask("/v1/embeddings", "{\"model\":\"embedder\",\"input\":[" + tokens + "," + tokens + "]}");

        assertClose(one.at("/data/0/embedding"), text.at("/data/0/embedding"));
        assertThat(two.path("data").size()).isEqualTo(2);
        assertClose(two.at("/data/1/embedding"), text.at("/data/0/embedding"));
    }

    @Test
    void ranksDocumentsAsTransformersScoresThem() throws IOException {
        var pairs = golden("reranker", "documents");
        var documents = new ArrayList<String>();
        for (int i = 0; i < pairs.size(); i++) {
            String text = quoted(pairs.get(i).path("document"));
            documents.add(i % 2 == 0 ? text : "{\"text\":" + text + "}");
        }
        String body = "{\"model\":\"reranker\",\"query\":"
                + quoted(pairs.getFirst().path("query")) + ",\"documents\":" + documents;
        var results = server.http.ask("/v1/rerank", body + "}").path("results");

        assertThat(results.size()).isEqualTo(pairs.size());
        double before = 1;
        for (JsonNode result : results) {
            var expected = pairs.get(result.path("index").intValue());
            double score = result.path("relevance_score").doubleValue();
            assertThat(score).isCloseTo(expected.path("score").doubleValue(), within(1e-4));
            assertThat(result.at("/document/text").textValue())
                    .isEqualTo(expected.path("document").textValue());
            assertThat(score).isLessThanOrEqualTo(before);
            before = score;
        }
        var best = server.http.ask("/rerank", body + ",\"top_n\":2,\"return_documents\":false}");
        assertThat(best.path("results").size()).isEqualTo(2);
        assertThat(best.at("/results/0").has("document")).isFalse();
        assertThat(best.at("/results/0/index")).isEqualTo(results.at("/0/index"));
        assertThat(best.at("/usage/total_tokens").intValue())
                .isEqualTo(pairs.stream()
                        .mapToInt(pair -> pair.path("tokens").intValue())
                        .sum());
    }

    @Test
    void classifiesAsTransformersDoes() throws IOException {
        var texts = golden("classifier", "texts");
        var input = texts.stream().map(text -> quoted(text.path("text"))).toList();
        var answer = server.http.ask("/v1/classify", "{\"model\":\"classifier\",\"input\":" + input + "}");

        assertThat(answer.path("labels")).hasToString("[\"calm\",\"rough\",\"wild\"]");
        for (int i = 0; i < texts.size(); i++) {
            var found = answer.at("/data/" + i);
            assertClose(found.path("probs"), texts.get(i).path("probabilities"));
            int best = IntStream.range(0, 3)
                    .boxed()
                    .max((a, b) -> Double.compare(
                            found.path("probs").path(a).doubleValue(),
                            found.path("probs").path(b).doubleValue()))
                    .orElseThrow();
            assertThat(found.path("label")).isEqualTo(answer.path("labels").path(best));
            assertThat(found.path("num_classes").intValue()).isEqualTo(3);
        }
    }

    @Test
    void answersManyClientsAtOnceAsItAnswersOne() throws Exception {
        var texts = golden("embedder", "texts");
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<JsonNode>> answers = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                String text = quoted(texts.get(i % texts.size()).path("text"));
                String body = "{\"model\":\"embedder\",\"truncate_prompt_tokens\":24,\"input\":" + text + "}";
                answers.add(clients.submit(() -> server.http.ask("/v1/embeddings", body)));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertClose(
                        answers.get(i).get().at("/data/0/embedding"),
                        texts.get(i % texts.size()).path("embedding"));
            }
        }
        assertThat(server.http.get("/metrics").body())
                .contains("windlass_encoder_request_seconds_count{model=\"embedder\"}")
                .contains("vllm:num_requests_waiting{engine=\"0\",model_name=\"embedder\"} 0.0")
                .doesNotContain("windlass_encoder_tokens_total{model=\"embedder\"} 0.0");
    }
}
