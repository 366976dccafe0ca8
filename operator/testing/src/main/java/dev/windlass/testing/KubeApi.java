package dev.windlass.testing;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.http.HttpClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * A real Kubernetes API server for tests: a static {@code @RegisterExtension} of the test class. One server serves all
 * classes of a run; every test has a namespace of its own.
 *
 * <p>There are no nodes: pods stay pending, and a test that needs a ready one patches its status.
 */
public final class KubeApi implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
    private static final Namespace STORE = Namespace.create(KubeApi.class);

    private final List<Path> definitions;
    private final boolean controllers;
    private @Nullable KubeServer server;
    private @Nullable KubernetesClient client;
    private String namespace = "";

    private KubeApi(List<Path> definitions, boolean controllers) {
        this.definitions = definitions;
        this.controllers = controllers;
    }

    /** An API server that knows these definitions of custom resources. */
    public static KubeApi with(Path... definitions) {
        return new KubeApi(List.of(definitions), false);
    }

    /** The same, with kube-controller-manager beside it. */
    public KubeApi withControllers() {
        return new KubeApi(definitions, true);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        KubeServer started = context.getRoot()
                .getStore(STORE)
                .computeIfAbsent(KubeServer.class, key -> KubeServer.start(), KubeServer.class);
        server = started;
        client = started.client();
        for (Path definition : definitions) {
            define(definition);
        }
        if (controllers) {
            started.startControllers();
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        namespace = "test-" + UUID.randomUUID().toString().substring(0, 8);
        client().namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        client().close();
    }

    /** A client that may do everything. It belongs to the extension. */
    public KubernetesClient client() {
        return Objects.requireNonNull(client, "no server yet: register the extension in a static field");
    }

    /** A new client for something that closes its own. */
    public KubernetesClient newClient() {
        return server().client();
    }

    /** The same, with settings of the HTTP client underneath, such as an interceptor that counts. */
    public KubernetesClient newClient(Consumer<HttpClient.Builder> settings) {
        return server().client(settings);
    }

    /** The namespace of the test that runs. */
    public String namespace() {
        return namespace;
    }

    /** Has kubectl apply that YAML in the test's namespace, and fails where it does not. */
    public void apply(String yaml) throws IOException, InterruptedException {
        Output applied = kubectlWith(yaml, "apply", "-f", "-");
        if (applied.status() != 0) {
            throw new AssertionError(applied.text());
        }
    }

    /** Runs kubectl in the test's namespace. */
    public Output kubectl(String... arguments) throws IOException, InterruptedException {
        return kubectlWith("", arguments);
    }

    private Output kubectlWith(String input, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                server().kubectl().toString(), "--kubeconfig=" + server().kubeconfig(), "--namespace=" + namespace));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (OutputStream entry = process.getOutputStream()) {
            entry.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("kubectl did not end: " + command);
        }
        return new Output(process.exitValue(), text);
    }

    private KubeServer server() {
        return Objects.requireNonNull(server, "no server yet: register the extension in a static field");
    }

    /** Has the server know a definition of custom resources, in YAML, until {@link #undefine}. */
    public void define(Path definition) throws IOException {
        CustomResourceDefinition crd = read(definition);
        client().resource(crd).serverSideApply();
        client().resource(crd).waitUntilCondition(KubeApi::isServed, 60, TimeUnit.SECONDS);
        awaitStorage(crd);
    }

    /** One that has just come is told of before anybody can ask for its objects. */
    private void awaitStorage(CustomResourceDefinition crd) {
        var context = CustomResourceDefinitionContext.fromCrd(crd);
        Instant end = Instant.now().plusSeconds(60);
        while (true) {
            try {
                client().genericKubernetesResources(context).inAnyNamespace().list();
                return;
            } catch (KubernetesClientException notYet) {
                if (Instant.now().isAfter(end)) {
                    throw notYet;
                }
            }
        }
    }

    /** Takes a definition away, and all that was made by it. */
    public void undefine(Path definition) throws IOException {
        CustomResourceDefinition crd = read(definition);
        client().resource(crd).delete();
        client().resource(crd).waitUntilCondition(Objects::isNull, 60, TimeUnit.SECONDS);
    }

    private CustomResourceDefinition read(Path definition) throws IOException {
        try (InputStream yaml = Files.newInputStream(definition)) {
            return client().getKubernetesSerialization().unmarshal(yaml, CustomResourceDefinition.class);
        }
    }

    private static boolean isServed(@Nullable CustomResourceDefinition definition) {
        return definition != null
                && definition.getStatus() != null
                && definition.getStatus().getConditions() != null
                && definition.getStatus().getConditions().stream()
                        .anyMatch(one -> "Established".equals(one.getType()) && "True".equals(one.getStatus()));
    }

    /** What a program said, on both its outputs, and its exit status. */
    public record Output(int status, String text) {}
}
