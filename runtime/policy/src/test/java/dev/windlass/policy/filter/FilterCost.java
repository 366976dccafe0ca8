package dev.windlass.policy.filter;

import dev.windlass.policy.EventSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Measures what a filter with a rule of every kind but the classifier's adds: to a request before it is sent on, to the first event of
 * a stream with text, and to every event. In turns with a filter that is off, and by medians, so that whatever else the machine does
 * meets both.
 */
final class FilterCost {
    private static final int ROUNDS = 3000;
    private static final String TEXT =
            "The first steam engines pumped water out of mines, and it took James Watt and many others"
                    + " to make them strong enough for mills. A great deal of bad luck came with it; you can write to museum@example.org. ";

    private FilterCost() {}

    private static final class Nowhere implements EventSink {
        @Override
        public boolean event(byte[] event, int length, Kind kind) {
            return true;
        }

        @Override
        public void end() {}
    }

    /** In nanoseconds. */
    private record Took(long request, long first, long event, long longest) {}

    public static void main(String[] arguments) {
        var on = new FilterRig(Policies.EVERYTHING + "- {name: block, keywords: {words: [project bluebird]}}\n");
        var off = new FilterRig(" []\n");
        String body =
                "{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}".formatted(TEXT.repeat(8));
        List<byte[]> events = new ArrayList<>();
        for (String word : TEXT.repeat(4).split("(?= )")) {
            events.add(FilterRig.delta(0, "content", word).getBytes(StandardCharsets.UTF_8));
        }
        List<Took> with = new ArrayList<>();
        List<Took> without = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            without.add(run(off, body, events));
            with.add(run(on, body, events));
        }
        System.out.printf(
                "%-10s %14s %14s %14s %14s   (microseconds, medians of %d streams of %d events, a request of %d bytes)%n",
                "filter", "request", "first event", "an event", "longest event", ROUNDS, events.size(), body.length());
        print("off", without);
        print("on", with);
    }

    private static Took run(FilterRig rig, String body, List<byte[]> events) {
        rig.verdicts.clear();
        var arrival = rig.arrival("/v1/chat/completions", body);
        long begun = System.nanoTime();
        var passage = rig.filter.admit(arrival);
        long admitted = System.nanoTime();
        var sink = passage.events(new Nowhere());
        long[] took = new long[events.size()];
        for (int i = 0; i < took.length; i++) {
            long before = System.nanoTime();
            sink.event(events.get(i), events.get(i).length, EventSink.Kind.Content);
            took[i] = System.nanoTime() - before;
        }
        sink.end();
        passage.end(FilterRig.ending());
        long first = took[0];
        Arrays.sort(took);
        return new Took(admitted - begun, first, took[took.length / 2], took[took.length - 1]);
    }

    private static void print(String name, List<Took> all) {
        // The first third warms up.
        var warm = all.subList(all.size() / 3, all.size());
        System.out.printf(
                "%-10s %14.1f %14.1f %14.1f %14.1f%n",
                name,
                median(warm.stream().mapToLong(Took::request).toArray()),
                median(warm.stream().mapToLong(Took::first).toArray()),
                median(warm.stream().mapToLong(Took::event).toArray()),
                median(warm.stream().mapToLong(Took::longest).toArray()));
    }

    private static double median(long[] nanos) {
        Arrays.sort(nanos);
        return nanos[nanos.length / 2] / 1e3;
    }
}
