package dev.windlass.api;

import java.util.List;

/**
 * Specs that must be refused, each with the sentence that says what to write. {@code model} stands for a model that is
 * well.
 */
record BadSpec(String yaml, String sentence) {
    private static final String MODEL = "model: {uri: 'hf://a/b'}";

    static final List<BadSpec> ALL = List.of(
            bad("replicas: 1, autoscaling: {maxReplicas: 2}", Sentences.REPLICAS_OR_AUTOSCALING),
            bad("variants: [{name: a, weight: 1}], rollout: {strategy: Canary}", Sentences.VARIANTS_AND_ROLLOUT),
            bad("variants: [{name: a, weight: 1}], rollout: {strategy: BlueGreen}", Sentences.VARIANTS_AND_ROLLOUT),
            bad("variants: [{name: a, weight: 1}, {name: a, weight: 2}]", Sentences.VARIANTS_UNIQUE),
            bad("variants: [{name: canary, weight: 1}]", Sentences.VARIANT_NAMES),
            bad("variants: [{name: a, weight: 60}, {name: b, weight: 41}]", Sentences.VARIANT_WEIGHTS),
            bad("limits: {perKey: {requestsPerMinute: 1}}", Sentences.PER_KEY_NEEDS_AUTH),
            bad("limits: {perKey: {requestsPerMinute: 1}}, auth: {mode: None}", Sentences.PER_KEY_NEEDS_AUTH),
            bad("traffic: {sticky: {by: ApiKey}}", Sentences.STICKY_NEEDS_KEYS),
            bad("traffic: {sticky: {by: Header}}", Sentences.STICKY_HEADER),
            bad("traffic: {sticky: {by: User, cookie: c}}", Sentences.STICKY_COOKIE),
            bad("traffic: {mirror: {to: canary, percent: 1}}", Sentences.MIRROR),
            bad("traffic: {mirror: {to: b, percent: 1}}, variants: [{name: a, weight: 1}]", Sentences.MIRROR),
            bad("traffic: {rules: [{headers: {x-a: b}, to: canary}]}", Sentences.RULE),
            bad("auth: {mode: ApiKey}", Sentences.AUTH_SELECTOR),
            bad("auth: {mode: Jwt}", Sentences.AUTH_JWT),
            bad("auth: {mode: Jwt, jwt: {issuer: 'https://a'}}", "jwksUri"),
            bad("auth: {mode: Jwt, jwt: {jwksUri: 'https://a/keys'}}", "issuer"),
            bad("auth: {mode: Jwt, jwt: {issuer: 'https://a', jwksUri: 'file:///keys'}}", "jwksUri"),
            whole("model: {uri: 'hf://a/b', convert: {target: TensorRT}}", Sentences.TENSORRT_NEEDS_GPU),
            whole(
                    "model: {uri: 'hf://a/b', convert: {target: TensorRT}}, resources: {gpu: {count: 0}}",
                    Sentences.TENSORRT_NEEDS_GPU),
            whole("model: {uri: 'hf://a/b', convert: {quantization: Fp8}}", Sentences.FP8_NEEDS_TENSORRT),
            whole("model: {uri: 'ftp://a/b'}", Sentences.URI_EXPECTED),
            whole("model: {uri: 'hf://a/b', servedNames: [a, a]}", Sentences.SERVED_NAMES_UNIQUE),
            whole(
                    "model: {uri: 'hf://a/b', adapters: [{name: a, uri: 's3://b/c'}, {name: a, uri: 's3://b/d'}]}",
                    Sentences.ADAPTERS_UNIQUE),
            whole(
                    "model: {uri: 'hf://a/b', maxContextTokens: 100}, limits: {maxInputTokens: 101}",
                    Sentences.INPUT_TOKENS),
            bad("runtime: {provider: Cuda}, resources: {gpu: {count: 0}}", Sentences.PROVIDER_NEEDS_GPU),
            bad("runtime: {provider: Cpu}, resources: {gpu: {}}", Sentences.CPU_WITH_GPU),
            bad("runtime: {env: [{name: A, value: a}, {name: A, value: b}]}", Sentences.ENV_UNIQUE),
            bad(
                    "runtime: {env: [{name: A, value: a, valueFrom: {secretKeyRef: {name: s, key: k}}}]}",
                    Sentences.ENV_ONE_VALUE),
            bad("runtime: {env: [{name: A, valueFrom: {}}]}", Sentences.VALUE_FROM_ONE),
            bad("runtime: {kvCache: {memoryFraction: '1.5'}}", "a share"),
            bad("runtime: {kvCache: {memoryFraction: '0.0%'}}", "a share"),
            bad("resources: {memory: much}", Sentences.QUANTITY_EXPECTED),
            bad("resources: {cpu: 0}", Sentences.QUANTITY_EXPECTED),
            bad("resources: {gpu: {mig: 1g.10gb, dra: {deviceClassName: d}}}", Sentences.MIG_OR_DRA),
            bad("resources: {gpu: {mig: 1g.10gb, count: 2}}", Sentences.MIG_COUNT),
            bad("resources: {gpu: {count: 0, class: l4}}", Sentences.GPU_COUNT_ZERO),
            bad("scheduling: {tolerations: [{operator: Equal}]}", Sentences.TOLERATION_KEY),
            bad("scheduling: {tolerations: [{operator: Exists, value: v}]}", Sentences.TOLERATION_VALUE),
            bad("autoscaling: {minReplicas: 3, maxReplicas: 2}", Sentences.MIN_REPLICAS),
            bad("autoscaling: {maxReplicas: 2, idle: {}}", Sentences.IDLE),
            bad(
                    "autoscaling: {maxReplicas: 2, schedules: [" + schedule("a", "08:00", 3) + "]}",
                    Sentences.SCHEDULE_REPLICAS),
            bad(
                    "autoscaling: {maxReplicas: 2, schedules: [" + schedule("a", "09:00", 1) + "]}",
                    Sentences.SCHEDULE_TIMES),
            bad(
                    "autoscaling: {maxReplicas: 2, schedules: [" + schedule("a", "08:00", 1) + ", "
                            + schedule("a", "07:00", 1) + "]}",
                    Sentences.SCHEDULES_UNIQUE),
            bad(
                    "autoscaling: {maxReplicas: 2, metrics: [{type: QueueDepth, target: 1}, {type: QueueDepth, target: 2}]}",
                    Sentences.METRICS_UNIQUE),
            bad(
                    "autoscaling: {maxReplicas: 2, metrics: [{type: QueueDepth, target: few}]}",
                    Sentences.QUANTITY_EXPECTED),
            bad("rollout: {canary: {}}", Sentences.CANARY_BLOCK),
            bad("rollout: {strategy: BlueGreen, canary: {}}", Sentences.CANARY_BLOCK),
            bad("rollout: {maxSurge: 0}", Sentences.SURGE),
            bad("rollout: {maxSurge: 0, maxUnavailable: 0}", Sentences.SURGE),
            canary("steps: [{weight: 20}, {weight: 10}]", Sentences.STEPS_ASCEND),
            canary("steps: [{weight: 20}, {weight: 20}]", Sentences.STEPS_ASCEND),
            canary("analysis: {metrics: [{name: ErrorRate}]}", Sentences.CHECK_BOUND),
            canary("analysis: {metrics: [{name: Charm, max: '1'}]}", Sentences.CHECK_NAME),
            canary(
                    "analysis: {metrics: [{name: ErrorRate, max: '1'}, {name: ErrorRate, max: '2'}]}",
                    Sentences.CHECKS_UNIQUE),
            canary(
                    "analysis: {metrics: [{name: a, max: '1', prometheus: {query: 'sum(x{a=\"{{pod}}\"})'}}]}",
                    Sentences.QUERY_PLACEHOLDERS),
            canary(
                    "analysis: {metrics: [{name: a, maxRegression: '1', prometheus: {query: 'sum(x)'}}]}",
                    Sentences.QUERY_REVISION),
            canary(
                    "analysis: {metrics: [{name: a, max: '1', prometheus: {query: x, address: 'ftp://a'}}]}",
                    "^https?://"),
            bad("cache: {mode: Shared}", Sentences.CACHE_SIZE),
            bad("cache: {storageClass: fast}", Sentences.STORAGE_CLASS));

    /** A YAML mapping in one line. */
    String spec() {
        return "{" + yaml + "}";
    }

    private static BadSpec bad(String yaml, String sentence) {
        return new BadSpec(MODEL + ", " + yaml, sentence);
    }

    private static BadSpec canary(String yaml, String sentence) {
        return bad("rollout: {strategy: Canary, canary: {" + yaml + "}}", sentence);
    }

    private static BadSpec whole(String yaml, String sentence) {
        return new BadSpec(yaml, sentence);
    }

    private static String schedule(String name, String start, int replicas) {
        return "{name: %s, days: [Mon], start: '%s', end: '09:00', minReplicas: %d}".formatted(name, start, replicas);
    }
}
