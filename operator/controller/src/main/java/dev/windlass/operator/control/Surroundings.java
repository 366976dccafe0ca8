package dev.windlass.operator.control;

import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.apply.Applied;
import dev.windlass.operator.apply.EventRecorder;
import dev.windlass.operator.certificates.MutualTls;
import dev.windlass.operator.desired.DesiredObjects;
import dev.windlass.operator.gateway.Gateways;
import dev.windlass.operator.prometheus.PrometheusQueries;
import dev.windlass.operator.runtime.Loadings;
import dev.windlass.operator.runtime.Runtimes;
import dev.windlass.operator.smoke.SmokeTests;
import dev.windlass.operator.telemetry.Happenings;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What every reconciliation works with.
 *
 * @param obstacle why autoscalers of this cluster do not get their metrics from this operator; nothing where they do
 * @param tls what pods prove themselves with
 * @param happenings what decisions are told to, for people who count
 * @param wake has a resource looked at again soon
 * @param runtimeAddress where a pod's runtime is reached
 */
public record Surroundings(
        DesiredObjects desired,
        Gateways gateways,
        Runtimes runtimes,
        Loadings loadings,
        SmokeTests smoke,
        PrometheusQueries prometheus,
        MutualTls tls,
        EventRecorder events,
        Applied applied,
        Remembered remembered,
        Happenings happenings,
        InstantSource clock,
        Supplier<Optional<String>> obstacle,
        Function<Pod, URI> runtimeAddress,
        Consumer<LlmDeployment> wake) {}
