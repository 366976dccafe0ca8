package dev.windlass.operator;

import static org.awaitility.Awaitility.await;

import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.desired.Labels;
import dev.windlass.testing.KubeApi;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.awaitility.core.ConditionFactory;

/** The LlmDeployment m of a test's namespace, as people handle it, and what the operator makes of it. */
final class TestedModel {
    /** Ends a hang; nothing is measured against it. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final KubeApi kube;

    TestedModel(KubeApi kube) {
        this.kube = kube;
    }

    /** Waits for what a cluster does in its own time. */
    static ConditionFactory eventually() {
        return await().atMost(PATIENCE);
    }

    /** @param spec in YAML's flow style without the outer braces */
    void apply(String spec) throws IOException, InterruptedException {
        kube.apply("""
                apiVersion: windlass.dev/v1alpha1
                kind: LlmDeployment
                metadata: {name: m}
                spec: {%s}
                """.formatted(spec));
    }

    /** Takes it away, and waits until its pods' owners are gone too. */
    void delete() {
        kube.client().resource(get()).delete();
        eventually().until(() -> deployments().isEmpty());
    }

    LlmDeployment get() {
        return kube.client()
                .resources(LlmDeployment.class)
                .inNamespace(kube.namespace())
                .withName("m")
                .get();
    }

    /** As it is once the operator has said this of it. */
    LlmDeployment awaitThat(Predicate<LlmDeployment> holds) {
        return eventually()
                .until(this::get, it -> it != null && !it.status().conditions().isEmpty() && holds.test(it));
    }

    /** @param readyOfDesired such as 2/2 */
    LlmDeployment awaitPods(String readyOfDesired) {
        return awaitThat(it -> readyOfDesired.equals(it.status().readyOfDesired()));
    }

    static Condition condition(LlmDeployment resource, String type) {
        return resource.status().condition(type).orElseThrow();
    }

    static boolean is(LlmDeployment resource, String type, String status) {
        return resource.status()
                .condition(type)
                .filter(one -> one.getStatus().equals(status))
                .isPresent();
    }

    static boolean is(LlmDeployment resource, String type, String status, String reason) {
        return is(resource, type, status)
                && condition(resource, type).getReason().equals(reason);
    }

    /** Status and message of a condition, or nothing as long as there is none. */
    String says(String type) {
        return get().status()
                .condition(type)
                .map(one -> one.getStatus() + " " + one.getMessage())
                .orElse("");
    }

    /** What kubectl tells people of it, events included. */
    String describe() throws IOException, InterruptedException {
        return kube.kubectl("describe", "llm", "m").text();
    }

    List<Deployment> deployments() {
        return kube.client()
                .apps()
                .deployments()
                .inNamespace(kube.namespace())
                .list()
                .getItems();
    }

    boolean hasDeployment(String revision) {
        return deployments().stream()
                .anyMatch(one -> one.getMetadata().getName().equals(revision));
    }

    List<HorizontalPodAutoscaler> autoscalers() {
        return kube.client()
                .autoscaling()
                .v2()
                .horizontalPodAutoscalers()
                .inNamespace(kube.namespace())
                .list()
                .getItems();
    }

    /** The resource versions of all that the operator writes in the namespace. */
    String versions() throws IOException, InterruptedException {
        return kube.kubectl(
                                "get",
                                "llm,deployments,services,serviceaccounts,networkpolicies,pdb,controllerrevisions,hpa,jobs,secrets",
                                "-l",
                                Labels.NAME + "=m",
                                "-o",
                                "jsonpath={range .items[*]}{.kind}/{.metadata.name}@{.metadata.resourceVersion} {end}")
                        .text()
                + get().getMetadata().getResourceVersion();
    }
}
