package dev.windlass.policy.load;

import dev.windlass.api.LimitsSpec.Quota;
import dev.windlass.policy.EdgePolicy;
import dev.windlass.policy.Ending;
import dev.windlass.policy.Ending.Outcome;
import dev.windlass.policy.Patience;
import dev.windlass.policy.TestArrival;
import dev.windlass.policy.Usage;
import dev.windlass.policy.WholeAnswer;
import dev.windlass.policy.cache.Answers;
import dev.windlass.policy.cache.CacheMeter;
import dev.windlass.policy.cache.MemoryAnswers;
import dev.windlass.policy.cache.ResponseCache;
import dev.windlass.policy.limits.LimitMeter;
import dev.windlass.policy.limits.Limits;
import dev.windlass.policy.limits.MemoryLedger;
import dev.windlass.policy.redis.Redis;
import dev.windlass.policy.redis.RedisAnswers;
import dev.windlass.policy.redis.RedisLedger;
import dev.windlass.policy.redis.RedisSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/** What limits and the response cache cost a request before it is sent on. {@code hack/bench/policies} runs it. */
public final class PolicyCost {
    private static final int WARM_UP = 20_000;
    private static final int ROUNDS = 5;
    private static final int REQUESTS = 4_000;
    private static final Quota GENEROUS = new Quota(100_000_000, 1L << 50, 1L << 50, 1000);
    private static final byte[] ANSWER = """
            {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant",\
            "content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}""".getBytes(StandardCharsets.UTF_8);
    private static final Patience PATIENCE = new Patience() {
        @Override
        public void requireGoing() {}

        @Override
        public void keepAlive() {}
    };

    private PolicyCost() {}

    /** One way to decide about requests. */
    private record Case(String name, EdgePolicy policy, IntFunction<String> question, long[] nanos) {
        Case(String name, EdgePolicy policy, IntFunction<String> question) {
            this(name, policy, question, new long[ROUNDS * REQUESTS]);
        }
    }

    /** @param arguments the address of a Redis that may be filled */
    public static void main(String[] arguments) {
        try (var redis = Redis.start(RedisSettings.of(arguments[0], "").withPatience(Duration.ofSeconds(5)));
                var ledger = new RedisLedger(redis, RedisLedger.CLOSED)) {
            var clock = InstantSource.system();
            IntFunction<String> other = number -> question("question " + number);
            IntFunction<String> same = _ -> question("the same");
            var cases = List.of(
                    new Case("nothing", EdgePolicy.OPEN, other),
                    new Case("limits in memory", new Limits(new MemoryLedger(), new LimitMeter()), other),
                    new Case("limits in Redis", new Limits(ledger, new LimitMeter()), other),
                    new Case("cache in memory, misses", cache(new MemoryAnswers(8 << 20), clock), other),
                    new Case("cache in memory, hits", cache(new MemoryAnswers(8 << 20), clock), same),
                    new Case("cache in Redis, misses", cache(new RedisAnswers(redis), clock), other),
                    new Case("cache in Redis, hits", cache(new RedisAnswers(redis), clock), same));
            cases.forEach(one -> run(one, -1, WARM_UP / (one.name().contains("Redis") ? 4 : 1)));
            for (int round = 0; round < ROUNDS; round++) {
                int at = round;
                cases.forEach(one -> run(one, at, REQUESTS));
            }
            System.out.printf("%-26s %10s %10s%n", "µs a request", "median", "p99");
            for (var one : cases) {
                Arrays.sort(one.nanos());
                System.out.printf(
                        "%-26s %10.1f %10.1f%n",
                        one.name(),
                        one.nanos()[one.nanos().length / 2] / 1e3,
                        one.nanos()[one.nanos().length * 99 / 100] / 1e3);
            }
        }
    }

    private static ResponseCache cache(Answers answers, InstantSource clock) {
        return new ResponseCache(answers, new CacheMeter(), clock);
    }

    /** @param round negative for none that counts */
    private static void run(Case one, int round, int requests) {
        for (int i = 0; i < requests; i++) {
            var setting =
                    new TestArrival().limits(GENEROUS, GENEROUS).cache(false).caller("caller-" + i % 50);
            String body = one.question().apply(round * requests + i);
            long begun = System.nanoTime();
            var arrival = setting.body(body);
            var passage = one.policy().admit(arrival);
            boolean stored = passage.stored(PATIENCE).isPresent();
            long admitted = System.nanoTime();
            if (!stored) {
                passage.answer(new WholeAnswer(200, "application/json", ANSWER));
            }
            passage.end(new Ending(Outcome.Completed, 200, "m-1", new Usage(9, 3, 0), 0));
            if (round >= 0) {
                one.nanos()[round * REQUESTS + i] = admitted - begun;
            }
        }
    }

    /** About 1 KiB, as a short conversation has. */
    private static String question(String last) {
        return """
                {"model":"m","temperature":0,"max_tokens":200,"messages":[{"role":"system","content":"%s"},{"role":"user","content":"%s"}]}""".formatted("You are a helpful assistant. ".repeat(30), last);
    }
}
