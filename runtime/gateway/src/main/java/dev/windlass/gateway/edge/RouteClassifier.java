package dev.windlass.gateway.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.gateway.route.CurrentRoutes;
import dev.windlass.gateway.route.DeploymentName;
import dev.windlass.gateway.route.Endpoint;
import dev.windlass.gateway.route.Route;
import dev.windlass.gateway.upstream.ConnectionPool;
import dev.windlass.gateway.upstream.UpstreamConnection;
import dev.windlass.gateway.upstream.UpstreamException;
import dev.windlass.policy.filter.Classifier;
import dev.windlass.policy.filter.ClassifierException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Asks the runtimes of a deployment, one after the other in turn. Nobody waits for one that sleeps. */
final class RouteClassifier implements Classifier {
    private static final int LONGEST_ANSWER = 1 << 20;

    private final JsonMapper mapper = JsonMapper.builder().build();
    private final CurrentRoutes routes;
    private final String headers;
    private final ConnectionPool pool;
    private final Duration deadline;
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * @param headers of every question
     * @param deadline of one question
     */
    RouteClassifier(CurrentRoutes routes, Map<String, String> headers, ConnectionPool pool, Duration deadline) {
        this.routes = routes;
        this.headers = headers.entrySet().stream()
                .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
                .collect(Collectors.joining());
        this.pool = pool;
        this.deadline = deadline;
    }

    @Override
    public List<Map<String, Double>> classify(String namespace, String model, List<String> texts) {
        var name = new DeploymentName(namespace, model);
        var route = routes.table().routes().stream()
                .filter(each -> each.deployment().equals(name))
                .findFirst()
                .orElseThrow(() -> new ClassifierException("there is no deployment " + name));
        try {
            return scores(ask(endpoint(route), question(route, texts)));
        } catch (IOException problem) {
            throw new ClassifierException("%s: %s".formatted(name, problem.getMessage()));
        }
    }

    private Endpoint endpoint(Route route) {
        List<Endpoint> open =
                route.open().values().stream().flatMap(List::stream).toList();
        if (open.isEmpty()) {
            throw new ClassifierException(route.deployment() + " has no runtime that is ready");
        }
        return open.get(Math.floorMod(turn.getAndIncrement(), open.size()));
    }

    private byte[] question(Route route, List<String> texts) throws IOException {
        var question = mapper.createObjectNode().put("model", route.model()).put("truncate_prompt_tokens", -1);
        var input = question.putArray("input");
        texts.forEach(input::add);
        return mapper.writeValueAsBytes(question);
    }

    private JsonNode ask(Endpoint endpoint, byte[] body) throws UpstreamException, IOException {
        var connection = pool.take(endpoint);
        try {
            return ask(connection, endpoint, body);
        } catch (UpstreamException lost) {
            if (!connection.isUsed() || connection.hasAnswered() || lost.kind() != UpstreamException.Kind.Lost) {
                throw lost;
            }
        } finally {
            pool.giveBack(connection);
        }
        // It was closed while it idled.
        var fresh = pool.open(endpoint);
        try {
            return ask(fresh, endpoint, body);
        } finally {
            pool.giveBack(fresh);
        }
    }

    private JsonNode ask(UpstreamConnection connection, Endpoint endpoint, byte[] body)
            throws UpstreamException, IOException {
        boolean isWhole = false;
        try {
            connection.connect(deadline, deadline);
            connection.expectWithin(deadline);
            connection.send(head(endpoint, body.length), body);
            var head = connection.readHead(() -> {});
            var answer = new ByteArrayOutputStream(1024);
            int count;
            while ((count = connection.next()) >= 0) {
                answer.write(connection.buffer(), connection.offset(), count);
                if (answer.size() > LONGEST_ANSWER) {
                    throw new ClassifierException("expected the scores of texts, got more than 1 MiB");
                }
            }
            isWhole = true;
            if (head.status() != 200) {
                throw new ClassifierException("expected the scores of texts, got status " + head.status());
            }
            return mapper.readTree(answer.toByteArray());
        } finally {
            if (!isWhole) {
                connection.close();
            }
        }
    }

    private byte[] head(Endpoint endpoint, int length) {
        return ("POST /v1/classify HTTP/1.1\r\nhost: %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n%s\r\n"
                        .formatted(endpoint.address(), length, headers))
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The labels stand once, their scores with every text. */
    private static List<Map<String, Double>> scores(JsonNode answer) {
        JsonNode labels = answer.path("labels");
        List<Map<String, Double>> scores = new ArrayList<>();
        for (var text : answer.path("data")) {
            JsonNode probabilities = text.path("probs");
            if (probabilities.isEmpty() || probabilities.size() != labels.size()) {
                throw new ClassifierException("expected a score for each of %d labels, got %d"
                        .formatted(labels.size(), probabilities.size()));
            }
            Map<String, Double> score = new HashMap<>();
            for (int i = 0; i < labels.size(); i++) {
                score.put(labels.get(i).asText(), probabilities.get(i).asDouble());
            }
            scores.add(score);
        }
        return scores;
    }
}
