package dev.windlass.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.engine.schedule.PaddedBatch.Pick;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class PaddedBatchTest {

    @Test
    void takesTheLongestTextsOfTheFirstRequestFirst() {
        var picks = PaddedBatch.take(List.of(new TextQueue(new int[] {3, 9, 5})), 18);

        assertThat(picks).containsExactly(new Pick(0, 1), new Pick(0, 2));
    }

    @Test
    void fillsWhatIsLeftFromOtherRequests() {
        var picks = PaddedBatch.take(List.of(new TextQueue(new int[] {10}), new TextQueue(new int[] {8, 90})), 40);

        assertThat(picks).containsExactly(new Pick(0, 0));
        assertThat(PaddedBatch.take(List.of(new TextQueue(new int[] {10}), new TextQueue(new int[] {8})), 40))
                .containsExactly(new Pick(0, 0), new Pick(1, 0));
    }

    @Test
    void leavesShortTextsOutOfLargeBatchesOfLongOnes() {
        var first = new TextQueue(new int[] {400});
        var second = new TextQueue(new int[] {20});

        assertThat(PaddedBatch.take(List.of(first, second), 4000)).containsExactly(new Pick(0, 0));
        assertThat(second.isWhole()).isTrue();
    }

    @Test
    void takesEveryTextOnceAndKeepsToTheBudget() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
        for (int round = 0; round < 300; round++) {
            int budget = random.nextInt(20, 600);
            List<int[]> lengths = new ArrayList<>();
            List<TextQueue> queues = new ArrayList<>();
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                int[] texts = random.ints(random.nextInt(1, 30), 1, 21).toArray();
                lengths.add(texts);
                queues.add(new TextQueue(texts));
            }
            var taken = new HashSet<Pick>();
            while (!queues.isEmpty() && queues.stream().anyMatch(queue -> !queue.isEmpty())) {
                List<TextQueue> waiting =
                        queues.stream().filter(queue -> !queue.isEmpty()).toList();
                var picks = PaddedBatch.take(waiting, budget);
                int longest = 0;
                for (Pick pick : picks) {
                    int queue = queues.indexOf(waiting.get(pick.queue()));
                    longest = Math.max(longest, lengths.get(queue)[pick.text()]);
                    assertThat(taken.add(new Pick(queue, pick.text()))).isTrue();
                }
                assertThat(picks).isNotEmpty();
                assertThat(longest * picks.size()).isLessThanOrEqualTo(Math.max(budget, longest));
            }
            assertThat(taken)
                    .hasSize(lengths.stream().mapToInt(texts -> texts.length).sum());
        }
    }
}
