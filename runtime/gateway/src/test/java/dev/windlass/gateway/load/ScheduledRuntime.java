package dev.windlass.gateway.load;

import dev.windlass.gateway.fake.FakeRuntime;
import dev.windlass.gateway.fake.Scripts;
import java.time.Duration;

/** A process with a runtime that emits tokens on the schedule that each request's headers ask for. */
final class ScheduledRuntime {
    private ScheduledRuntime() {}

    public static void main(String[] arguments) throws InterruptedException {
        try (var runtime = FakeRuntime.start(Integer.parseInt(arguments[0]), (request, wire) -> {
            var headers = request.headers();
            Scripts.streams(
                            Duration.ofMillis(Long.parseLong(headers.get("x-first-ms"))),
                            Duration.ofMillis(Long.parseLong(headers.get("x-between-ms"))),
                            Integer.parseInt(headers.get("x-tokens")))
                    .answer(request, wire);
        })) {
            System.out.println("runtime at " + runtime.address());
            while (true) {
                Thread.sleep(Duration.ofSeconds(1));
                runtime.received().clear();
            }
        }
    }
}
