package dev.windlass.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionNamedToolChoice;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.CompletionCreateParams;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The server as OpenAI's own client sees it. */
class OpenAiClientTest {
    private static TestServer server;
    private static OpenAIClient client;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        client = OpenAIOkHttpClient.builder()
                .baseUrl(server.uri("/v1").toString())
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

    private static ChatCompletionCreateParams.Builder chat(String message) {
        return ChatCompletionCreateParams.builder()
                .model("parrot")
                .temperature(0)
                .addUserMessage(message);
    }

    private static ChatCompletionCreateParams.Builder withWeather(String message) {
        return chat(message)
                .maxCompletionTokens(120)
                .addFunctionTool(FunctionDefinition.builder()
                        .name("weather")
                        .parameters(FunctionParameters.builder()
                                .putAdditionalProperty("type", JsonValue.from("object"))
                                .putAdditionalProperty(
                                        "properties",
                                        JsonValue.from(Map.of("city", Map.of("type", "string", "maxLength", 5))))
                                .putAdditionalProperty("required", JsonValue.from(List.of("city")))
                                .build())
                        .build())
                .toolChoice(ChatCompletionNamedToolChoice.builder()
                        .function(ChatCompletionNamedToolChoice.Function.builder()
                                .name("weather")
                                .build())
                        .build());
    }

    @Test
    void chats() {
        var completion = client.chat()
                .completions()
                .create(chat("say hello there").logprobs(true).topLogprobs(2).build());

        completion.validate();
        var choice = completion.choices().getFirst();
        assertThat(choice.message().content()).hasValue("hello there");
        // A token a letter, and the one that ends the text.
        assertThat(choice.logprobs().orElseThrow().content().orElseThrow()).hasSize(12);
        assertThat(completion.usage().orElseThrow().completionTokens()).isGreaterThanOrEqualTo(11);
    }

    @Test
    void streamsWithUsage() {
        var accumulator = ChatCompletionAccumulator.create();
        try (var stream = client.chat()
                .completions()
                .createStreaming(chat("say über 🙂")
                        .streamOptions(ChatCompletionStreamOptions.builder()
                                .includeUsage(true)
                                .build())
                        .build())) {
            stream.stream().peek(accumulator::accumulate).forEach(chunk -> chunk.validate());
        }

        var completion = accumulator.chatCompletion();
        assertThat(completion.choices().getFirst().message().content()).hasValue("über 🙂");
        assertThat(completion.usage()).isPresent();
    }

    @Test
    void callsFunctions() {
        var completion = client.chat().completions().create(withWeather("hi").build());

        completion.validate();
        var call = completion
                .choices()
                .getFirst()
                .message()
                .toolCalls()
                .orElseThrow()
                .getFirst()
                .asFunction();
        assertThat(call.function().name()).isEqualTo("weather");
        assertThat(call.function().arguments(Map.class)).containsOnlyKeys("city");
    }

    @Test
    void streamsFunctionCalls() {
        var accumulator = ChatCompletionAccumulator.create();
        try (var stream =
                client.chat().completions().createStreaming(withWeather("hi").build())) {
            stream.stream().forEach(accumulator::accumulate);
        }

        var call = accumulator
                .chatCompletion()
                .choices()
                .getFirst()
                .message()
                .toolCalls()
                .orElseThrow()
                .getFirst()
                .asFunction();
        assertThat(call.function().arguments(Map.class)).containsOnlyKeys("city");
    }

    /** What the answer is to look like. */
    static final class Mood {
        public boolean good;
    }

    @Test
    void writesWhatAClassDescribes() {
        var completion = client.chat()
                .completions()
                .create(ChatCompletionCreateParams.builder()
                        .model("parrot")
                        .temperature(0)
                        .maxCompletionTokens(60)
                        .addUserMessage("hi")
                        .responseFormat(Mood.class)
                        .build());

        assertThat(completion.choices().getFirst().message().content()).isPresent();
    }

    @Test
    void completesText() {
        var completion = client.completions()
                .create(CompletionCreateParams.builder()
                        .model("parrot")
                        .prompt("ab")
                        .maxTokens(3)
                        .logprobs(1)
                        .build());

        completion.validate();
        assertThat(completion.choices().getFirst().text()).isEqualTo("bbb");
    }

    @Test
    void listsModels() {
        assertThat(client.models().list().autoPager())
                .extracting(model -> model.validate().id())
                .contains("parrot");
        assertThat(client.models().retrieve("parrot").id()).isEqualTo("parrot");
    }

    @Test
    void understandsErrors() {
        assertThatThrownBy(() -> client.chat()
                        .completions()
                        .create(chat("hi").model("other").build()))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("other");
        assertThatThrownBy(() -> client.chat()
                        .completions()
                        .create(chat("hi").maxTokens(100_000).build()))
                .isInstanceOf(BadRequestException.class);
    }
}
