package dev.windlass.operator.desired;

import static dev.windlass.operator.desired.Specs.MODEL;
import static dev.windlass.operator.desired.Specs.revision;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.api.InvalidResourceException;
import dev.windlass.api.LlmDeploymentStatus.Role;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Specs that the API server takes and that cannot be carried out, each refused with its field. */
class RefusedSpecTest {
    private final DesiredObjects desired = new DesiredObjects(Installation.STANDARD);

    @Test
    void refusesClassesThatThereAreNotAndGpusThatAreTooSmall() throws IOException {
        var unknown = revision(MODEL + ", resources: {gpu: {class: b900}}");
        var small = revision(MODEL + ", resources: {gpu: {class: t4, memory: 20Gi}}");

        assertThatThrownBy(() -> desired.deployment(unknown, Role.Stable, 1))
                .isInstanceOf(InvalidResourceException.class)
                .hasMessage("spec.resources.gpu.class: expected one of [a10g, h100, h200, l4, l40s, t4], got \"b900\"");
        assertThatThrownBy(() -> desired.deployment(small, Role.Stable, 1))
                .hasMessage("spec.resources.gpu.memory: expected at most the 15Gi of class t4, got 20Gi");
    }

    @Test
    void saysWhichFieldAnOverlayBreaks() throws IOException {
        var broken = revision(MODEL + ", podOverlay: {spec: {containers: 3}}");

        assertThatThrownBy(() -> desired.deployment(broken, Role.Stable, 1))
                .isInstanceOf(InvalidResourceException.class)
                .hasMessageStartingWith("spec.podOverlay: ");
    }

    @Test
    void leavesTheNameThatSaysTlsToTheRuntime() throws IOException {
        String beside = MODEL + ", podOverlay: {spec: {containers: [{name: mesh, image: mesh,"
                + " ports: [{name: %s, containerPort: 8443}]}]}}";
        var taken = revision(beside.formatted("https"));

        assertThatThrownBy(() -> desired.deployment(taken, Role.Stable, 1))
                .isInstanceOf(InvalidResourceException.class)
                .hasMessage(
                        "spec.podOverlay: expected another name than https for a container's port: it is the runtime's");
        assertThat(desired.deployment(revision(beside.formatted("mesh")), Role.Stable, 1))
                .satisfies(one -> assertThat(RuntimeTls.isSpokenBy(one)).isFalse());
    }

    @Test
    void refusesAWidthOfKeysAndValuesThatTheRuntimeDoesNotKeep() throws IOException {
        var half = revision(MODEL + ", runtime: {kvCache: {dtype: Fp16}}");

        assertThatThrownBy(() -> desired.deployment(half, Role.Stable, 1))
                .isInstanceOf(InvalidResourceException.class)
                .hasMessage(
                        "spec.runtime.kvCache.dtype: expected Auto or Fp32, the width that the runtime keeps, got Fp16");
    }
}
