package dev.windlass.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.windlass.engine.EngineException.DeadlineExceeded;
import dev.windlass.engine.EngineException.PromptTooLong;
import dev.windlass.engine.EngineException.QueueFull;
import dev.windlass.engine.EngineException.ShuttingDown;
import dev.windlass.engine.EngineException.StepFailed;
import dev.windlass.engine.GenerationEvent.FinishReason;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What an engine refuses, gives up or fails, and what goes on beside it. */
class EngineRefusalTest {
    @AutoClose
    private final TestedEngines engines = new TestedEngines();

    @Test
    void refusesPromptsThatFillTheContext() {
        var request = Requests.ofLength(TestedEngines.CAPACITY, 1).build();
        var engine = engines.start();
        assertThatThrownBy(() -> engine.submit(request))
                .isInstanceOf(PromptTooLong.class)
                .hasMessageContaining("256");
    }

    @Test
    void refusesTokensThatDoNotExist() {
        var request = Requests.prompt(3, TestedEngines.VOCABULARY).build();
        var engine = engines.start();
        assertThatThrownBy(() -> engine.submit(request))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("prompt[1]: expected a token from 0 to 63, got 64");
    }

    @Test
    void refusesWhatTheQueueHasNoRoomFor() {
        engines.holdSteps();
        var engine = engines.start(EngineOptions.of(1).withMaximumWaiting(2));
        var request = Requests.ofLength(10, 1).build();
        engine.submit(request);
        await().until(() -> engine.snapshot().waiting() == 0);
        engine.submit(request);
        engine.submit(request);
        assertThatThrownBy(() -> engine.submit(request))
                .isInstanceOfSatisfying(
                        QueueFull.class,
                        full -> assertThat(full.retryAfter()).isGreaterThanOrEqualTo(Duration.ofSeconds(1)));
        assertThat(engine.snapshot().waiting()).isEqualTo(2);
    }

    @Test
    void endsACancelledRequestWithinOneStep() throws Exception {
        engines.holdSteps();
        var request = new Requests();
        request.maximumTokens = 200;
        request.ignoreEnd = true;
        var engine = engines.start();
        var generation = engine.submit(request.build());
        engines.allow(3);
        await().until(() -> engines.heard.tokens.get() == 3);
        generation.cancel();
        engines.allow(1);
        var outcome = Requests.await(generation);
        assertThat(outcome.finished().reason()).isEqualTo(FinishReason.ABORT);
        assertThat(outcome.tokens().size()).isLessThanOrEqualTo(4);
        await().until(() -> engine.snapshot().running() == 0);
    }

    @Test
    void failsWhatIsLateWhetherItWaitsOrRuns() throws Exception {
        engines.holdSteps();
        var engine = engines.start(EngineOptions.of(1));
        var request = new Requests();
        request.maximumTokens = 100;
        request.ignoreEnd = true;
        request.timeout = Duration.ofMillis(50);
        var running = engine.submit(request.build());
        var waiting = engine.submit(request.build());
        engines.allow(1);
        await().until(() -> engines.heard.tokens.get() == 1);
        await().pollDelay(Duration.ofMillis(60)).until(() -> true);
        engines.allow(1);
        assertThat(Requests.await(running).failure()).isInstanceOf(DeadlineExceeded.class);
        assertThat(Requests.await(waiting).failure()).isInstanceOf(DeadlineExceeded.class);
    }

    @Test
    void failsOnlyTheRequestsOfAFailedStep() throws Exception {
        var engine = engines.start();
        var request = new Requests();
        var before = Requests.await(engine.submit(request.build()));
        engines.runner().beforeStep = () -> {
            throw new IllegalStateException("no luck");
        };
        var failed = Requests.await(engine.submit(request.build()));
        assertThat(failed.failure()).isInstanceOf(StepFailed.class).hasMessageContaining("no luck");
        Requests.await(engine.submit(request.build()));
        await().until(() -> engines.heard.failedSteps.get() == 2);
        engines.runner().beforeStep = () -> {};
        assertThat(Requests.await(engine.submit(request.build())).tokens()).isEqualTo(before.tokens());
    }

    @Test
    void drainsWhatWasAcceptedAndRefusesTheRest() throws Exception {
        var request = new Requests();
        request.ignoreEnd = true;
        request.maximumTokens = 100;
        var engine = engines.start(EngineOptions.of(1));
        var running = engine.submit(request.build());
        var waiting = engine.submit(request.build());
        engine.close(Duration.ofSeconds(20));
        assertThat(Requests.await(running).tokens()).hasSize(100);
        assertThat(Requests.await(waiting).tokens()).hasSize(100);
        assertThat(engines.runner().closed).isTrue();
        assertThatThrownBy(() -> engine.submit(request.build())).isInstanceOf(ShuttingDown.class);
    }

    @Test
    void failsWhatTheDrainLeaves() throws Exception {
        engines.holdSteps();
        var engine = engines.start(EngineOptions.of(1));
        var running = engine.submit(new Requests().build());
        var closer = Thread.ofVirtual().start(() -> engine.close(Duration.ofMillis(10)));
        await().until(() -> engine.snapshot().closing());
        await().pollDelay(Duration.ofMillis(20)).until(() -> true);
        engines.allow(1);
        closer.join();
        assertThat(Requests.await(running).failure()).isInstanceOf(ShuttingDown.class);
    }
}
