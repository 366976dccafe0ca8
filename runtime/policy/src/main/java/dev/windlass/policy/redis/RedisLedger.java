package dev.windlass.policy.redis;

import static dev.windlass.policy.redis.Script.argument;

import dev.windlass.http.ApiException;
import dev.windlass.policy.limits.Demand;
import dev.windlass.policy.limits.Ledger;
import dev.windlass.policy.limits.Measure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Accounts in Redis, for all gateways together: one script decides about all quotas of a request by Redis's own clock, so that no two
 * gateways can take the same. What runs holds a lease, which ends by itself where a gateway dies.
 */
public final class RedisLedger implements Ledger, AutoCloseable {
    /** A ledger that lets nobody pass. */
    public static final Ledger CLOSED = _ -> {
        throw ApiException.unavailable(
                "limits_unavailable", "Quotas cannot be counted at the moment.", Duration.ofSeconds(1));
    };

    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final Duration RENEWAL = Duration.ofSeconds(15);
    private static final Script TAKE = Script.load("take.lua");
    private static final Script SETTLE = Script.load("settle.lua");
    private static final Script RENEW = Script.load("renew.lua");

    private final Redis redis;
    private final Ledger otherwise;
    private final Thread renewal;
    /** What runs, with the keys where it is counted. Whoever changes it tells Redis before it lets go, so that no ended lease is renewed. */
    private final Map<String, List<String>> leases = new HashMap<>();

    /** @param otherwise asked while Redis is not available */
    public RedisLedger(Redis redis, Ledger otherwise) {
        this.redis = redis;
        this.otherwise = otherwise;
        this.renewal = Thread.ofVirtual().name("redis-leases").start(this::renew);
    }

    @Override
    public Verdict take(List<Demand> demands) {
        String lease = UUID.randomUUID().toString();
        var keys = new String[demands.size()];
        var arguments = new byte[2 + 3 * keys.length][];
        arguments[0] = argument(lease);
        arguments[1] = argument(LEASE.toMillis());
        for (int i = 0; i < keys.length; i++) {
            var demand = demands.get(i);
            keys[i] = key(demand.key());
            arguments[2 + 3 * i] = argument(demand.most());
            arguments[3 + 3 * i] = argument(demand.amount());
            arguments[4 + 3 * i] = argument(demand.measure().window().toMillis());
        }
        List<Long> answer;
        try {
            answer = TAKE.call(redis, keys, arguments);
        } catch (RedisUnavailableException e) {
            return otherwise.take(demands);
        }
        List<Standing> standings = new ArrayList<>(keys.length);
        var windows = new long[keys.length];
        for (int i = 0; i < keys.length; i++) {
            standings.add(
                    new Standing(demands.get(i), answer.get(2 + 3 * i), Duration.ofMillis(answer.get(4 + 3 * i))));
            windows[i] = answer.get(3 + 3 * i);
        }
        int refused = Math.toIntExact(answer.get(0));
        if (refused > 0) {
            return new Refused(standings, standings.get(refused - 1), Duration.ofMillis(answer.get(1)));
        }
        lease(lease, demands, keys);
        return new Granted(standings, used -> settle(lease, demands, keys, windows, used));
    }

    private void lease(String lease, List<Demand> demands, String[] keys) {
        List<String> counted = new ArrayList<>();
        for (int i = 0; i < keys.length; i++) {
            if (demands.get(i).measure() == Measure.Concurrent) {
                counted.add(keys[i]);
            }
        }
        if (!counted.isEmpty()) {
            synchronized (leases) {
                leases.put(lease, counted);
            }
        }
    }

    private void settle(String lease, List<Demand> demands, String[] keys, long[] windows, Settlement used) {
        var arguments = new byte[1 + 3 * keys.length][];
        arguments[0] = argument(lease);
        for (int i = 0; i < keys.length; i++) {
            var demand = demands.get(i);
            arguments[1 + 3 * i] = argument(windows[i]);
            arguments[2 + 3 * i] = argument(used.of(demand) - demand.amount());
            arguments[3 + 3 * i] = argument(demand.measure().window().toMillis());
        }
        synchronized (leases) {
            leases.remove(lease);
            SETTLE.tell(redis, keys, arguments);
        }
    }

    private void renew() {
        while (true) {
            try {
                Thread.sleep(RENEWAL);
            } catch (InterruptedException closed) {
                return;
            }
            synchronized (leases) {
                Map<String, List<String>> byKey = new HashMap<>();
                leases.forEach((lease, keys) -> keys.forEach(key ->
                        byKey.computeIfAbsent(key, _ -> new ArrayList<>()).add(lease)));
                byKey.forEach((key, running) -> {
                    var arguments = new byte[1 + running.size()][];
                    arguments[0] = argument(LEASE.toMillis());
                    for (int i = 0; i < running.size(); i++) {
                        arguments[i + 1] = argument(running.get(i));
                    }
                    RENEW.tell(redis, new String[] {key}, arguments);
                });
            }
        }
    }

    /** All of a deployment lies on one node of a cluster, by the braces. */
    private static String key(Demand.Key key) {
        return "windlass:{%s}:%s:%s"
                .formatted(key.deployment(), key.measure().field(), key.isTotal() ? "" : "@" + key.caller());
    }

    @Override
    public void close() {
        renewal.interrupt();
    }
}
