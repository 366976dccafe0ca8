package dev.windlass.operator.memory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.windlass.operator.rollout.Failure;
import dev.windlass.operator.rollout.Instructions;
import dev.windlass.operator.rollout.Phase;
import dev.windlass.operator.rollout.Progress;
import dev.windlass.operator.rollout.Retreat;
import dev.windlass.operator.rollout.RolloutState;
import dev.windlass.operator.rollout.Verdict;
import dev.windlass.operator.scaling.ScalingState;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryJsonTest {
    private static final Instant NOW = Instant.parse("2026-11-24T08:00:00.123456789Z");
    private static final Progress PROGRESS = new Progress(NOW, 2);
    private static final Failure FAILURE = new Failure("81a", "TtftP95", "0.4 s -> 0.9 s", NOW);

    static Stream<Phase> phases() {
        return Stream.of(
                new Phase.Settled(),
                new Phase.Preparing("81a", true, NOW),
                new Phase.Rolling("81a", 25, PROGRESS),
                new Phase.Smoking("81a", PROGRESS),
                new Phase.Stepping("81a", 1, PROGRESS),
                new Phase.Analyzing("81a", 1, NOW, new Phase.Checks(NOW, 2)),
                new Phase.Standby("81a", PROGRESS),
                new Phase.Switched("81a", NOW),
                new Phase.Stopping("81a", PROGRESS),
                new Phase.Starting("81a", PROGRESS),
                new Phase.Returning("81a", Retreat.AtOnce, NOW),
                new Phase.Held(new Phase.Stepping("81a", 0, PROGRESS), FAILURE));
    }

    private static Memory memory(Phase phase) {
        return new Memory(
                new RolloutState(
                        "70b",
                        phase,
                        NOW,
                        Map.of("german", "90c"),
                        Map.of("70b", 75, "81a", 25),
                        "66d",
                        FAILURE,
                        List.of(new Verdict("TtftP95", Verdict.Outcome.Fail, 0.4, null, 17, "slow")),
                        new Instructions("81a", null)),
                new ScalingState(
                        List.of(new ScalingState.Recommendation(3, NOW)),
                        NOW,
                        List.of(new ScalingState.Change(NOW, 1, 3, "QueueDepth"))),
                3,
                Map.of("81a/OutOfMemory", NOW),
                new TreeSet<>(List.of("81a", "70b")),
                Map.of("70b", new Memory.Told("sha256:12", "")));
    }

    @ParameterizedTest
    @MethodSource("phases")
    void everyPhaseComesBackAsItWas(Phase phase) throws IOException {
        Memory memory = memory(phase);
        var mapper = new ObjectMapper();

        String stored = mapper.writeValueAsString(MemoryJson.write(memory));

        assertThat(MemoryJson.read((ObjectNode) mapper.readTree(stored))).hasValue(memory);
    }

    @Test
    void noPhaseIsForgottenHere() {
        assertThat(phases().map(Object::getClass).collect(Collectors.<Class<?>>toSet()))
                .containsAll(leaves(Phase.class).toList());
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isRecord()
                ? Stream.of(type)
                : Stream.of(type.getPermittedSubclasses()).flatMap(MemoryJsonTest::leaves);
    }

    @Test
    void theSameMemoryIsAlwaysTheSameText() {
        assertThat(MemoryJson.write(memory(new Phase.Settled())).toString())
                .isEqualTo(MemoryJson.write(memory(new Phase.Settled())).toString())
                .contains("\"weights\":{\"70b\":75,\"81a\":25}");
        assertThat(MemoryJson.read(MemoryJson.write(Memory.initial()))).hasValue(Memory.initial());
    }

    @Test
    void whatANewerVersionAddedIsIgnored() {
        ObjectNode written = MemoryJson.write(memory(new Phase.Settled()));
        written.put("later", 1);
        ((ObjectNode) written.at("/rollout/phase")).put("later", "too");

        assertThat(MemoryJson.read(written)).hasValue(memory(new Phase.Settled()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"rollout\":7}",
                "{\"rollout\":{\"phase\":{\"kind\":\"Unheard\"}},\"scaling\":{},\"replicas\":1,\"troubles\":{}}",
                "{\"rollout\":{},\"scaling\":{\"recommended\":[{\"at\":\"yesterday\"}]},\"troubles\":{}}",
                "{\"rollout\":null,\"scaling\":null,\"replicas\":1,\"troubles\":{}}"
            })
    void whatCannotBeReadIsNothing(String garbage) throws IOException {
        assertThat(MemoryJson.read((ObjectNode) new ObjectMapper().readTree(garbage)))
                .isEmpty();
    }
}
