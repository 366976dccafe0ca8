package dev.windlass.policy.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.api.ContentFilterSpec.Mode;
import dev.windlass.api.ContentFilterSpec.OnError;
import dev.windlass.policy.filter.FilterRig.Client;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamFilterTest {
    private static final String PATH = "/v1/chat/completions";
    private static final String ASKS = "{\"stream\":true,\"messages\":[]}";
    private static final String BLOCK = "- {name: words, keywords: {words: [forbidden]}}\n";
    private static final String REDACT = "- {name: words, keywords: {words: [forbidden]}, action: Redact}\n";
    private static final String DONE = "data: [DONE]\n\n";

    private static Client stream(FilterRig rig, String asks, List<String> events) {
        var client = new Client();
        var passage = rig.admit(PATH, asks);
        FilterRig.send(passage.events(client), events);
        passage.end(FilterRig.ending());
        assertThat(client.isEnded).isTrue();
        return client;
    }

    private static List<String> deltas(int index, List<String> parts) {
        return parts.stream()
                .map(part -> FilterRig.delta(index, "content", part))
                .toList();
    }

    /** Every way to cut the forbidden word and what touches it, as tokens of a stream. */
    @Test
    void noWayToCutAStreamGetsTheForbiddenPast() {
        var rig = new FilterRig(BLOCK);
        String text = "a forbidden x";
        for (int cuts = 0; cuts < 1 << (text.length() - 1); cuts++) {
            List<String> parts = new ArrayList<>();
            int begin = 0;
            for (int i = 1; i <= text.length(); i++) {
                if (i == text.length() || (cuts >> (i - 1) & 1) == 1) {
                    parts.add(text.substring(begin, i));
                    begin = i;
                }
            }
            var events = new ArrayList<>(deltas(0, parts));
            events.add(FilterRig.finish(0));
            events.add(DONE);

            var client = stream(rig, ASKS, events);

            assertThat(client.text("0 content")).as(parts.toString()).isEqualTo("a ");
            assertThat(client.ends).containsExactly(Map.entry(0, "content_filter"));
            assertThat(client.isDone).isTrue();
        }
    }

    /** Several choices with several texts each, mixed at random, in characters of one byte to four. */
    @Test
    void manyTextsAtOnceAreEachWhatTheWholeTextWouldBe() {
        String[] pieces = {"for", "bidden", " ", "f", "orb", "idden", "é", "😀", "forbidden", ", ", "毒", "ｆｏｒｂｉｄｄｅｎ"};
        var random = new Random(3);
        for (int round = 0; round < 300; round++) {
            var rig = new FilterRig(REDACT);
            Map<String, StringBuilder> sent = new java.util.TreeMap<>();
            List<String> events = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                int index = random.nextInt(3);
                String piece = pieces[random.nextInt(pieces.length)];
                int kind = random.nextInt(3);
                String what = index + (kind == 0 ? " content" : kind == 1 ? " reasoning" : " call 0");
                sent.computeIfAbsent(what, _ -> new StringBuilder()).append(piece);
                events.add(
                        kind == 0
                                ? FilterRig.delta(index, "content", piece)
                                : kind == 1
                                        ? FilterRig.delta(index, "reasoning_content", piece)
                                        : FilterRig.arguments(index, 0, piece));
            }
            for (int index = 0; index < 3; index++) {
                events.add(FilterRig.finish(index));
            }
            events.add(DONE);

            var client = stream(rig, ASKS.replace("{", "{\"n\":3,"), events);

            sent.forEach((what, text) -> assertThat(client.text(what))
                    .as(what)
                    .isEqualTo(Policies.of(REDACT).redact(text.toString())));
            assertThat(client.isDone).isTrue();
        }
    }

    @Test
    void whatNoRuleMindsLeavesByteForByte() {
        var events = List.of(
                ": hello\n\n",
                FilterRig.delta(0, "role", "assistant"),
                FilterRig.delta(0, "content", "Plain text,"),
                FilterRig.delta(0, "content", " and more"),
                FilterRig.finish(0),
                DONE);

        assertThat(stream(new FilterRig(BLOCK), ASKS, events).events).isEqualTo(events);
    }

    @Test
    void monitoringChangesNothingAndCounts() {
        var rig = new FilterRig(BLOCK, (_, _, _) -> List.of(), Mode.Monitor, Mode.Monitor, OnError.FailClosed);
        var events = List.of(
                FilterRig.delta(0, "content", "for"),
                FilterRig.delta(0, "content", "bidden"),
                FilterRig.finish(0),
                DONE);

        assertThat(stream(rig, ASKS, events).events).isEqualTo(events);
        assertThat(rig.verdicts).containsExactly("team/m Output words WouldBlock");
        assertThat(rig.blocked).isEmpty();
    }

    @Test
    void aStreamThatIsCutEndsAsOpenAisDoAndStopsTheRuntime() {
        var rig = new FilterRig(BLOCK);
        String asks = "{\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[]}";
        var arrival = rig.arrival(PATH, asks);
        var passage = rig.filter.admit(arrival);
        assertThat(new String(arrival.body(), java.nio.charset.StandardCharsets.UTF_8))
                .contains("\"continuous_usage_stats\":true");
        var client = new Client();
        var usage = "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2},";
        List<String> events = deltas(0, List.of("Sure: for", "bidden", " fruit", " and", " more")).stream()
                .map(event -> event.replace("\"created\"", usage + "\"created\""))
                .toList();

        int taken = FilterRig.send(passage.events(client), events);
        passage.end(FilterRig.ending());

        assertThat(taken).isEqualTo(3);
        assertThat(client.text("0 content")).isEqualTo("Sure: ");
        assertThat(client.ends).containsExactly(Map.entry(0, "content_filter"));
        assertThat(client.events.getFirst()).contains("\"usage\":null");
        assertThat(client.events.get(client.events.size() - 2))
                .contains("\"choices\":[]", "\"prompt_tokens\":7", "\"id\":\"chatcmpl-1\"");
        assertThat(client.events.getLast()).isEqualTo(DONE);
        assertThat(rig.blocked).containsExactly("team/m m-1");
        assertThat(rig.verdicts).containsExactly("team/m Output words Block");
    }

    @Test
    void otherChoicesGoOnWhereOneIsCut() {
        var rig = new FilterRig(BLOCK);
        var events = List.of(
                FilterRig.delta(0, "content", "forbidden "),
                FilterRig.delta(1, "content", "fine"),
                FilterRig.delta(0, "content", "more"),
                FilterRig.finish(1),
                DONE);

        var client = stream(rig, ASKS.replace("{", "{\"n\":2,"), events);

        assertThat(client.text("0 content")).isEmpty();
        assertThat(client.text("1 content")).isEqualTo("fine");
        assertThat(client.ends).containsExactly(Map.entry(0, "content_filter"), Map.entry(1, "stop"));
        assertThat(client.isDone).isTrue();
    }

    @Test
    void heldBackTextKeepsNoLogprobsThatTellIt() {
        String event =
                "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"logprobs\":{\"content\":[{\"token\":\"%s\"}]},\"finish_reason\":null}]}\n\n";
        var rig = new FilterRig(REDACT);
        List<String> events = new ArrayList<>();
        for (String part : List.of("ok ", "for", "bidden", ". ok")) {
            events.add(event.formatted(part, part));
        }
        events.add(FilterRig.finish(0));
        events.add(DONE);

        var client = stream(rig, ASKS, events);

        assertThat(client.text("0 content")).isEqualTo("ok [words]. ok");
        assertThat(String.join("", client.events)).doesNotContain("bidden").contains("\"token\":\"ok \"");
    }

    @Test
    void whatIsNotReadableClosesOrOpensAsTold() {
        String odd = "data: {\"choices\":[],\"choices\":[{\"index\":0,\"delta\":{\"content\":\"forbidden\"}}]}\n\n";
        for (String event :
                List.of(odd, "data: {}\ndata: {}\n\n", "event: x\ndata: {\"choices\":[]}\n\n", "data: hi\n\n")) {
            var closed = stream(new FilterRig(BLOCK), ASKS, List.of(event, DONE));
            assertThat(String.join("", closed.events))
                    .contains("content_filter_unavailable")
                    .doesNotContain("bidden");
            assertThat(closed.isDone).isTrue();
            var open = new FilterRig(BLOCK, (_, _, _) -> List.of(), Mode.Enforce, Mode.Enforce, OnError.FailOpen);
            assertThat(stream(open, ASKS, List.of(event, DONE)).events).containsExactly(event, DONE);
        }
    }

    @Test
    void whatIsHeldLeavesWhereTheStreamBreaksOff() {
        var client = stream(new FilterRig(BLOCK), ASKS, List.of(FilterRig.delta(0, "content", "so forbid")));

        assertThat(client.text("0 content")).isEqualTo("so forbid");
    }

    /** Whatever a runtime sends, nobody sees the word. */
    @Test
    void oddStreamsLetNothingPast() {
        var random = new Random(5);
        String[] events = {
            ": c\n\n",
            FilterRig.delta(0, "content", "forb"),
            FilterRig.delta(0, "content", "idden"),
            FilterRig.finish(0),
            FilterRig.delta(1, "content", "idden"),
            FilterRig.delta(0, "reasoning_content", "forbidden"),
            DONE,
            "data: {\"choices\":[{\"index\":0,\"text\":\"forbidden\"}]}\n\n",
            "data: {\"choices\":[{\"delta\":null},{\"index\":2,\"delta\":{\"content\":\"forbid\",\"role\":\"x\"}}]}\n\n",
            "data: {\"choices\":[7]}\n\n",
            "data: {\"choices\":\"forbidden\"}\n\n",
            "data: {\"id\":\"x\"}\n\n",
            "data: \n\n",
            FilterRig.arguments(0, 3, "{\\\"a\\\":\\\"forbid"),
            FilterRig.arguments(0, 3, "den\\\"}"),
            "data: [1]\n\n"
        };
        for (int round = 0; round < 2000; round++) {
            var client = new Client();
            var sink = new FilterRig("- {name: word, pattern: {expression: forbidden}}\n")
                    .admit(PATH, ASKS.replace("{", "{\"n\":3,"))
                    .events(client);
            List<String> sent = new ArrayList<>();
            for (int i = random.nextInt(1, 12); i > 0; i--) {
                sent.add(events[random.nextInt(events.length)]);
            }

            FilterRig.send(sink, sent);

            assertThat(client.texts.values()).as(sent.toString()).noneMatch(text -> text.indexOf("forbidden") >= 0);
            assertThat(client.isEnded).isTrue();
        }
    }
}
