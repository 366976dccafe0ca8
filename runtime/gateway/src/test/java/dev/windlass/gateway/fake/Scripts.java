package dev.windlass.gateway.fake;

import dev.windlass.gateway.fake.FakeRuntime.Script;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Things a runtime does. */
public final class Scripts {
    private Scripts() {}

    /** A whole answer that says who gave it. */
    public static Script says(String text) {
        return (_, wire) -> wire.json(200, answer(text));
    }

    public static String answer(String text) {
        return "{\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
                + text
                + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}}";
    }

    /** A stream of tokens on schedule: absolute times, so that a slow reader does not shift them. */
    public static Script streams(Duration first, Duration between, int tokens) {
        return (_, wire) -> {
            long begin = System.nanoTime();
            sleepUntil(begin + first.toNanos());
            wire.events();
            wire.role();
            for (int i = 0; i < tokens; i++) {
                sleepUntil(begin + first.toNanos() + i * between.toNanos());
                wire.token("t" + i + " ");
            }
            wire.finish();
            wire.usage(5, tokens);
            wire.done();
        };
    }

    /** A stream that goes on until nobody reads it. */
    public static Script streamsForever(Duration between) {
        return streams(Duration.ZERO, between, Integer.MAX_VALUE);
    }

    /** No answer, for as long as the caller stays. */
    public static Script staysSilent() {
        return (_, _) -> Thread.sleep(Duration.ofMinutes(1));
    }

    private static void sleepUntil(long time) {
        for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
