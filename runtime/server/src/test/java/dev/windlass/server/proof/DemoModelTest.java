package dev.windlass.server.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.model.weight.Quantization;
import dev.windlass.server.ServerOptions;
import dev.windlass.server.proof.DemoServer.Question;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The demo model answers what its card says it can, over HTTP, several requests at once. */
class DemoModelTest {
    private static final int AT_ONCE = 12;

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void answersItsQuestions(Quantization quantization) throws Exception {
        List<Question> questions = DemoServer.questions();
        assertThat(questions).hasSize(200);
        var wrong = new ArrayList<String>();
        try (var server = new DemoServer(quantization, ServerOptions.DEFAULT);
                var client = HttpClient.newHttpClient();
                var askers = Executors.newFixedThreadPool(AT_ONCE)) {
            assertThat(server.model().loaded().summary().quantization())
                    .isEqualTo(quantization == Quantization.AUTO ? Quantization.INT8 : quantization);
            var replies = askers.invokeAll(questions.stream()
                    .<Callable<String>>map(one -> () -> server.ask(client, one.question()))
                    .toList());
            for (int i = 0; i < questions.size(); i++) {
                Future<String> reply = replies.get(i);
                if (!reply.get().contains(questions.get(i).answer())) {
                    wrong.add("%s -> %s".formatted(questions.get(i), reply.get()));
                }
            }
        }
        System.out.printf("demo model, %s: %d of %d right%n", quantization, 200 - wrong.size(), questions.size());
        assertThat(wrong).as("wrong replies").hasSizeLessThanOrEqualTo(questions.size() / 20);
    }
}
