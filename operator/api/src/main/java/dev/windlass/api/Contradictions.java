package dev.windlass.api;

import dev.windlass.api.CanarySpec.Check;
import dev.windlass.api.CanarySpec.Step;
import dev.windlass.api.RolloutSpec.Strategy;
import dev.windlass.api.TrafficSpec.StickyBy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Fields that cannot stand together. The CEL rules on the records say the same to an API server, one for one. */
final class Contradictions {
    private final List<Problem> problems = new ArrayList<>();

    private Contradictions() {}

    static List<Problem> problems(LlmDeploymentSpec spec) {
        var found = new Contradictions();
        found.block("spec", spec.versioned());
        found.unique(
                "spec.model.adapters", spec.model().adapters(), ModelSpec.Adapter::name, Sentences.ADAPTERS_UNIQUE);
        found.scaling(spec);
        found.rollout(spec.rollout());
        found.variants(spec);
        found.traffic(spec);
        found.policies(spec);
        return found.problems;
    }

    /** Those of the versioned block alone, as it is or as a variant has it. */
    static List<Problem> ofBlock(String path, VersionedSpec block) {
        var found = new Contradictions();
        found.block(path, block);
        return found.problems;
    }

    private void block(String path, VersionedSpec block) {
        unique(path + ".model.servedNames", block.model().servedNames(), name -> name, Sentences.SERVED_NAMES_UNIQUE);
        var gpu = block.resources().gpu();
        var convert = block.model().convert();
        if (convert != null) {
            boolean tensorRt = convert.target() == ModelSpec.Target.TensorRT;
            refuse(
                    convert.quantization() == ModelSpec.Quantization.Fp8 && !tensorRt,
                    path + ".model.convert",
                    Sentences.FP8_NEEDS_TENSORRT);
            refuse(tensorRt && (gpu == null || gpu.count() < 1), path + ".model.convert", Sentences.TENSORRT_NEEDS_GPU);
        }
        unique(
                path + ".runtime.env",
                block.runtime().env(),
                RuntimeSpec.EnvironmentVariable::name,
                Sentences.ENV_UNIQUE);
        for (var variable : block.runtime().env()) {
            var from = variable.valueFrom();
            refuse(variable.value() != null && from != null, path + ".runtime.env", Sentences.ENV_ONE_VALUE);
            refuse(
                    from != null && (from.secretKeyRef() == null) == (from.configMapKeyRef() == null),
                    path + ".runtime.env",
                    Sentences.VALUE_FROM_ONE);
        }
        if (gpu != null) {
            gpu(path, gpu, block.runtime().provider());
        }
        for (var toleration : block.scheduling().tolerations()) {
            boolean exists = toleration.operator() == SchedulingSpec.Operator.Exists;
            String field = path + ".scheduling.tolerations";
            refuse(toleration.key().isEmpty() && !exists, field, Sentences.TOLERATION_KEY);
            refuse(exists && !toleration.value().isEmpty(), field, Sentences.TOLERATION_VALUE);
        }
    }

    private void gpu(String path, ResourcesSpec.Gpu gpu, RuntimeSpec.Provider provider) {
        String field = path + ".resources.gpu";
        refuse(gpu.mig() != null && gpu.dra() != null, field, Sentences.MIG_OR_DRA);
        refuse(gpu.mig() != null && gpu.count() != 1, field, Sentences.MIG_COUNT);
        boolean more = gpu.memory() != null
                || gpu.mig() != null
                || gpu.dra() != null
                || !gpu.gpuClass().isEmpty();
        refuse(gpu.count() == 0 && more, field, Sentences.GPU_COUNT_ZERO);
        switch (provider) {
            case Auto -> {}
            case Cpu -> refuse(gpu.count() > 0, path + ".runtime.provider", Sentences.CPU_WITH_GPU);
            case Cuda, TensorRT -> refuse(gpu.count() < 1, path + ".runtime.provider", Sentences.PROVIDER_NEEDS_GPU);
        }
    }

    private void scaling(LlmDeploymentSpec spec) {
        var autoscaling = spec.autoscaling();
        if (autoscaling == null) {
            return;
        }
        String field = "spec.autoscaling";
        refuse(spec.replicas() != null, "spec", Sentences.REPLICAS_OR_AUTOSCALING);
        int most = autoscaling.maxReplicas();
        refuse(autoscaling.minReplicas() > most, field, Sentences.MIN_REPLICAS);
        refuse(autoscaling.idle() != null && autoscaling.minReplicas() != 0, field, Sentences.IDLE);
        unique(field + ".metrics", autoscaling.metrics(), AutoscalingSpec.Metric::type, Sentences.METRICS_UNIQUE);
        unique(
                field + ".schedules",
                autoscaling.schedules(),
                AutoscalingSpec.Schedule::name,
                Sentences.SCHEDULES_UNIQUE);
        for (var schedule : autoscaling.schedules()) {
            refuse(schedule.minReplicas() > most, field + ".schedules", Sentences.SCHEDULE_REPLICAS);
            refuse(schedule.start().equals(schedule.end()), field + ".schedules", Sentences.SCHEDULE_TIMES);
        }
    }

    private void rollout(RolloutSpec rollout) {
        boolean stuck = rollout.maxSurge() == 0 && rollout.maxUnavailable() == 0;
        refuse(rollout.strategy() != Strategy.Recreate && stuck, "spec.rollout", Sentences.SURGE);
        var canary = rollout.canary();
        if (canary == null) {
            return;
        }
        refuse(rollout.strategy() != Strategy.Canary, "spec.rollout.canary", Sentences.CANARY_BLOCK);
        int before = -1;
        for (Step step : canary.steps()) {
            refuse(step.weight() <= before, "spec.rollout.canary.steps", Sentences.STEPS_ASCEND);
            before = step.weight();
        }
        String field = "spec.rollout.canary.analysis.metrics";
        unique(field, canary.analysis().metrics(), Check::name, Sentences.CHECKS_UNIQUE);
        for (Check check : canary.analysis().metrics()) {
            refuse(check.max() == null && check.maxRegression() == null, field, Sentences.CHECK_BOUND);
            refuse(check.prometheus() == null && !Check.NAMES.contains(check.name()), field, Sentences.CHECK_NAME);
            query(field, check);
        }
    }

    private void query(String field, Check check) {
        var prometheus = check.prometheus();
        if (prometheus != null) {
            refuse(!QueryPlaceholder.areKnownIn(prometheus.query()), field, Sentences.QUERY_PLACEHOLDERS);
            boolean isOfOneRevision = QueryPlaceholder.Revision.isIn(prometheus.query());
            refuse(check.maxRegression() != null && !isOfOneRevision, field, Sentences.QUERY_REVISION);
        }
    }

    private void variants(LlmDeploymentSpec spec) {
        List<VariantSpec> variants = spec.variants();
        if (variants.isEmpty()) {
            return;
        }
        Strategy strategy = spec.rollout().strategy();
        refuse(
                strategy == Strategy.Canary || strategy == Strategy.BlueGreen,
                "spec.rollout.strategy",
                Sentences.VARIANTS_AND_ROLLOUT);
        unique("spec.variants", variants, VariantSpec::name, Sentences.VARIANTS_UNIQUE);
        var reserved = Set.of("stable", "canary", "base");
        refuse(
                variants.stream().anyMatch(variant -> reserved.contains(variant.name())),
                "spec.variants",
                Sentences.VARIANT_NAMES);
        refuse(variants.stream().mapToInt(VariantSpec::weight).sum() > 100, "spec.variants", Sentences.VARIANT_WEIGHTS);
    }

    private void traffic(LlmDeploymentSpec spec) {
        TrafficSpec traffic = spec.traffic();
        var sticky = traffic.sticky();
        String field = "spec.traffic.sticky";
        refuse(sticky.by() == StickyBy.Header && sticky.header().isEmpty(), field, Sentences.STICKY_HEADER);
        refuse(sticky.by() != StickyBy.Cookie && !sticky.cookie().isEmpty(), field, Sentences.STICKY_COOKIE);
        refuse(
                sticky.by() == StickyBy.ApiKey && spec.auth().mode() != AuthSpec.Mode.ApiKey,
                field,
                Sentences.STICKY_NEEDS_KEYS);
        var places = new HashSet<String>();
        spec.variants().forEach(variant -> places.add(variant.name()));
        if (spec.rollout().strategy() == Strategy.Canary) {
            places.add("canary");
        }
        if (traffic.mirror() != null) {
            refuse(!places.contains(traffic.mirror().to()), "spec.traffic.mirror.to", Sentences.MIRROR);
        }
        places.add("stable");
        for (var rule : traffic.rules()) {
            refuse(!places.contains(rule.to()), "spec.traffic.rules", Sentences.RULE);
        }
    }

    private void policies(LlmDeploymentSpec spec) {
        AuthSpec.Mode mode = spec.auth().mode();
        refuse(mode == AuthSpec.Mode.ApiKey && spec.auth().selector() == null, "spec.auth", Sentences.AUTH_SELECTOR);
        refuse(mode == AuthSpec.Mode.Jwt && spec.auth().jwt() == null, "spec.auth", Sentences.AUTH_JWT);
        refuse(
                spec.limits().perKey() != null && mode == AuthSpec.Mode.None,
                "spec.limits.perKey",
                Sentences.PER_KEY_NEEDS_AUTH);
        int context = spec.model().maxContextTokens();
        refuse(
                context > 0 && spec.limits().maxInputTokens() > context,
                "spec.limits.maxInputTokens",
                Sentences.INPUT_TOKENS);
        CacheSpec cache = spec.cache();
        boolean shared = cache.mode() == CacheSpec.Mode.Shared;
        refuse(shared && cache.size() == null, "spec.cache", Sentences.CACHE_SIZE);
        refuse(!shared && !cache.storageClass().isEmpty(), "spec.cache", Sentences.STORAGE_CLASS);
    }

    private <T> void unique(String field, List<T> all, Function<T, @Nullable Object> key, String sentence) {
        refuse(all.stream().map(key).distinct().count() < all.size(), field, sentence);
    }

    private void refuse(boolean wrong, String field, String sentence) {
        Problem problem = Problem.contradiction(field, sentence);
        if (wrong && !problems.contains(problem)) {
            problems.add(problem);
        }
    }
}
