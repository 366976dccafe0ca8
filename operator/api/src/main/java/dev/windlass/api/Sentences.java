package dev.windlass.api;

/** What is said where a combination is refused: by the API server (CEL) and by {@link SpecCheck}, in the same words. */
final class Sentences {
    static final String NAME =
            "metadata.name must be at most 40 lower-case letters, digits and dashes, and start with a letter (child names add a revision hash)";
    static final String REPLICAS_OR_AUTOSCALING = "set replicas or autoscaling, not both";
    static final String VARIANTS_AND_ROLLOUT =
            "variants (A/B) and a Canary or BlueGreen rollout both own traffic weights: set rollout.strategy to RollingUpdate or Recreate while variants exist";
    static final String VARIANTS_UNIQUE = "variants must have different names";
    static final String VARIANT_NAMES = "stable, canary and base are no names for variants: choose others";
    static final String VARIANT_WEIGHTS = "variant weights must add up to at most 100 (the base gets the rest)";
    static final String PER_KEY_NEEDS_AUTH = "limits.perKey needs auth.mode ApiKey, Jwt or ServiceAccount";
    static final String STICKY_NEEDS_KEYS = "traffic.sticky.by ApiKey needs auth.mode ApiKey";
    static final String TENSORRT_NEEDS_GPU = "model.convert.target TensorRT needs resources.gpu.count of at least 1";
    static final String PROVIDER_NEEDS_GPU =
            "runtime.provider Cuda or TensorRT needs resources.gpu.count of at least 1";
    static final String CPU_WITH_GPU =
            "runtime.provider Cpu uses no GPU: set resources.gpu.count to 0 or leave gpu out";
    static final String MIRROR =
            "traffic.mirror.to must be the name of a variant, or canary with rollout.strategy Canary";
    static final String RULE =
            "traffic.rules.to must be the name of a variant, stable, or canary with rollout.strategy Canary";
    static final String INPUT_TOKENS = "limits.maxInputTokens must be at most model.maxContextTokens";
    static final String CACHE_MODE =
            "cache.mode is immutable: delete the resource and create it again, or choose another name";
    static final String URI_EXPECTED = "hf://, s3://, oci://, pvc://, https:// or file:// and a place";
    static final String URI_SCHEME = "write " + URI_EXPECTED;
    static final String SERVED_NAMES_UNIQUE = "servedNames must be different from each other";
    static final String ADAPTERS_UNIQUE = "adapters must have different names";
    static final String FP8_NEEDS_TENSORRT = "quantization Fp8 needs convert.target TensorRT";
    static final String ENV_UNIQUE = "env must have different names";
    static final String ENV_ONE_VALUE = "set value or valueFrom, not both";
    static final String VALUE_FROM_ONE = "set either secretKeyRef or configMapKeyRef";
    static final String SHARE = "write a share from 0 to 1 or a percentage up to 100%, such as \"0.9\" or \"90%\"";
    static final String SHARE_ABOVE_ZERO = "write a share above 0 and up to 1 or 100%, such as \"0.9\" or \"90%\"";
    static final String QUANTITY_EXPECTED = "a quantity greater than 0, such as 4, 500m or 16Gi";
    static final String QUANTITY = "write " + QUANTITY_EXPECTED;
    static final String MIG_OR_DRA = "set mig or dra, not both";
    static final String MIG_COUNT = "mig needs count 1";
    static final String GPU_COUNT_ZERO = "count 0 means no GPU: leave out memory, class, mig and dra";
    static final String TOLERATION_KEY = "a toleration without a key needs operator Exists";
    static final String TOLERATION_VALUE = "operator Exists takes no value";
    static final String MIN_REPLICAS = "minReplicas must be at most maxReplicas";
    static final String SCHEDULE_REPLICAS = "a schedule's minReplicas must be at most maxReplicas";
    static final String SCHEDULES_UNIQUE = "schedules must have different names";
    static final String SCHEDULE_TIMES = "start and end must be different times";
    static final String METRICS_UNIQUE = "metrics must have different types";
    static final String IDLE = "idle (sleeping and waking) needs minReplicas 0";
    static final String CANARY_BLOCK = "the canary block needs strategy Canary";
    static final String SURGE = "maxSurge and maxUnavailable must not both be 0 (strategy Recreate needs neither)";
    static final String STEPS_ASCEND = "canary step weights must ascend";
    static final String CHECKS_UNIQUE = "metrics must have different names";
    static final String CHECK_BOUND = "a metric needs max, maxRegression or both";
    static final String CHECK_NAME =
            "name must be ErrorRate, TtftP95, InterTokenP95 or FilterBlockRate, or prometheus must say what to ask";
    static final String QUERY_PLACEHOLDERS =
            "a query's placeholders are {{namespace}}, {{name}}, {{revision}} and {{window}}";
    static final String QUERY_REVISION =
            "maxRegression with prometheus needs {{revision}} in the query: without it a revision is compared with itself";
    static final String STICKY_HEADER = "sticky.by Header needs sticky.header";
    static final String STICKY_COOKIE = "sticky.cookie needs sticky.by Cookie";
    static final String AUTH_SELECTOR =
            "auth.mode ApiKey needs auth.selector: the labels of the Secrets that hold keys";
    static final String AUTH_JWT = "auth.mode Jwt needs auth.jwt: the issuer and the place of its keys";
    static final String CACHE_SIZE = "cache.mode Shared needs cache.size";
    static final String STORAGE_CLASS = "cache.storageClass needs cache.mode Shared";
    static final String FILTER_RULES_UNIQUE = "rules must have different names";
    static final String FILTER_RULE_KIND = "a rule needs exactly one of keywords, pattern, pii, sentiment and toxicity";

    private Sentences() {}
}
