package dev.windlass.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Which request an engine serves first, and which has to wait for others. */
class EnginePriorityTest {
    @AutoClose
    private final TestedEngines engines = new TestedEngines();

    @Test
    void pausesARequestThatNobodyReadsAndLetsOthersHaveItsSlot() throws Exception {
        var engine = engines.start(EngineOptions.of(1).withSlowReaders(5, Duration.ofMillis(10)));
        var request = new Requests();
        request.id = "slow";
        request.ignoreEnd = true;
        request.maximumTokens = 60;
        var slow = engine.submit(request.build());
        await().until(() -> engine.snapshot().paused() == 1);
        request.id = "fast";
        var fast = Requests.await(engine.submit(request.build()));
        assertThat(engines.heard.preempted).contains("slow");
        assertThat(Requests.await(slow).tokens()).isEqualTo(fast.tokens());
    }

    @Test
    void preemptsTheLessUrgentForTheMoreUrgent() throws Exception {
        var request = new Requests();
        request.ignoreEnd = true;
        request.maximumTokens = 20;
        request.priority = 5;
        request.id = "idle talk";
        var calm = Requests.await(engines.start(EngineOptions.of(1)).submit(request.build()));
        engines.changeRunner(1);
        engines.holdSteps();
        var engine = engines.start(EngineOptions.of(1));
        var unimportant = engine.submit(request.build());
        engines.allow(5);
        await().until(() -> engines.heard.tokens.get() == 25);
        var urgent = Requests.ofLength(30, 2);
        urgent.id = "urgent";
        var first = engine.submit(urgent.build());
        engines.allow(1_000);
        Requests.await(first);
        assertThat(engines.heard.preempted).containsExactly("idle talk");
        assertThat(Requests.await(unimportant).tokens()).isEqualTo(calm.tokens());
    }

    @Test
    void servesByPriorityAndThenByArrival() throws Exception {
        engines.holdSteps();
        var engine = engines.start(EngineOptions.of(1));
        var generations = new ArrayList<Generation>();
        for (var name : List.of("0 first", "1 late", "0 second", "1 later")) {
            var request = Requests.ofLength(20, name.length());
            request.id = name;
            request.priority = name.charAt(0) - '0';
            request.maximumTokens = 2;
            request.ignoreEnd = true;
            generations.add(engine.submit(request.build()));
            await().until(() -> !engines.heard.started.isEmpty());
        }
        engines.allow(1_000);
        for (var generation : generations) {
            Requests.await(generation);
        }
        assertThat(engines.heard.started).containsExactly("0 first", "0 second", "1 late", "1 later");
    }
}
