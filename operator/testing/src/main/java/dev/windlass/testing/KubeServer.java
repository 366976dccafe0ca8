package dev.windlass.testing;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * etcd and kube-apiserver on the loopback interface, with everything they keep in one temporary directory. Owns its
 * processes and the directory.
 */
final class KubeServer implements AutoCloseable {
    /** Ends a hang; nothing is measured against it. */
    private static final Duration DEADLINE = Duration.ofMinutes(3);

    private final KubeBinaries binaries;
    private final Path directory;
    private final String token = UUID.randomUUID().toString();
    private final List<KubeProcess> processes = new ArrayList<>();
    private final HttpClient.Factory http = new JdkHttpClientFactory();
    private String url = "";
    private boolean controllers;

    private KubeServer(KubeBinaries binaries) throws IOException {
        this.binaries = binaries;
        this.directory = Files.createTempDirectory("windlass-kube");
    }

    static KubeServer start() {
        try {
            var server = new KubeServer(KubeBinaries.find(System.getenv()));
            var end = new Thread(server::close, "kube-server-end");
            Runtime.getRuntime().addShutdownHook(end);
            try {
                server.startApi();
            } catch (IOException | RuntimeException problem) {
                server.close();
                throw problem;
            }
            return server;
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private void startApi() throws IOException {
        int client = freePort();
        String etcd = "http://127.0.0.1:" + client;
        String peer = "http://127.0.0.1:" + freePort();
        int port = freePort();
        url = "https://127.0.0.1:" + port;
        writeKeys();
        FrontProxyKeys.write(directory);
        write("tokens.csv", token + ",admin,admin,system:masters\n");
        run(
                "etcd",
                "--data-dir=" + directory.resolve("etcd"),
                "--unsafe-no-fsync",
                "--listen-client-urls=" + etcd,
                "--advertise-client-urls=" + etcd,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=default=" + peer);
        run(
                "kube-apiserver",
                "--etcd-servers=" + etcd,
                "--bind-address=127.0.0.1",
                "--secure-port=" + port,
                "--cert-dir=" + directory.resolve("certificates"),
                "--token-auth-file=" + directory.resolve("tokens.csv"),
                "--authorization-mode=RBAC",
                "--service-cluster-ip-range=10.96.0.0/16",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + directory.resolve("accounts.pub"),
                "--service-account-signing-key-file=" + directory.resolve("accounts.key"),
                "--endpoint-reconciler-type=none",
                // So that servers that extend it know it.
                "--requestheader-client-ca-file=" + directory.resolve("front-proxy-ca.crt"),
                "--requestheader-allowed-names=" + FrontProxyKeys.NAME,
                "--requestheader-username-headers=X-Remote-User",
                "--requestheader-group-headers=X-Remote-Group",
                "--requestheader-extra-headers-prefix=X-Remote-Extra-",
                "--proxy-client-cert-file=" + directory.resolve("front-proxy.crt"),
                "--proxy-client-key-file=" + directory.resolve("front-proxy.key"),
                // Without its controller no account is ever made, and pods would be refused.
                "--disable-admission-plugins=ServiceAccount");
        await("kube-apiserver", this::isReady);
        writeKubeconfig();
    }

    /** Also runs kube-controller-manager, for tests that need Deployments, HPAs, garbage or namespaces to be dealt with. */
    synchronized void startControllers() throws IOException {
        if (controllers) {
            return;
        }
        controllers = true;
        run(
                "kube-controller-manager",
                "--kubeconfig=" + kubeconfig(),
                "--leader-elect=false",
                "--secure-port=0",
                "--service-account-private-key-file=" + directory.resolve("accounts.key"),
                "--horizontal-pod-autoscaler-sync-period=1s",
                "--concurrent-namespace-syncs=10");
        try (KubernetesClient client = client()) {
            // The first thing that shows that controllers run: a namespace gets its account.
            await(
                    "kube-controller-manager",
                    () -> client.serviceAccounts()
                                    .inNamespace("default")
                                    .withName("default")
                                    .get()
                            != null);
        }
    }

    KubernetesClient client() {
        return client(builder -> {});
    }

    /** @param settings of the HTTP client underneath, such as an interceptor that counts */
    KubernetesClient client(Consumer<HttpClient.Builder> settings) {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(url)
                .withOauthToken(token)
                .withCaCertFile(certificate().toString())
                .withRequestRetryBackoffLimit(0)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(http)
                .withHttpClientBuilderConsumer(settings)
                .build();
    }

    Path kubeconfig() {
        return directory.resolve("kubeconfig");
    }

    /** Where the API server's own keys are. */
    Path directory() {
        return directory;
    }

    Path kubectl() {
        return binaries.path("kubectl");
    }

    private Path certificate() {
        return directory.resolve("certificates").resolve("apiserver.crt");
    }

    private boolean isReady() {
        if (!Files.isReadable(certificate())) {
            return false;
        }
        try (KubernetesClient client = client()) {
            return "ok".equals(client.raw("/readyz"));
        } catch (KubernetesClientException notYet) {
            return false;
        }
    }

    private void await(String name, BooleanSupplier done) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!done.getAsBoolean()) {
            processes.forEach(KubeProcess::requireAlive);
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("%s was not ready after %s:%n%s"
                        .formatted(name, DEADLINE, processes.getLast().lastLines()));
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for " + name, interrupted);
            }
        }
    }

    private void run(String program, String... arguments) {
        var command = new ArrayList<String>();
        command.add(binaries.path(program).toString());
        command.addAll(List.of(arguments));
        processes.add(KubeProcess.start(program, directory, command));
    }

    private void writeKeys() throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair keys = generator.generateKeyPair();
            write(
                    "accounts.key",
                    FrontProxyKeys.pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
            write(
                    "accounts.pub",
                    FrontProxyKeys.pem("PUBLIC KEY", keys.getPublic().getEncoded()));
        } catch (NoSuchAlgorithmException impossible) {
            throw new LinkageError("every JDK has RSA", impossible);
        }
    }

    private void writeKubeconfig() throws IOException {
        write("kubeconfig", """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "%s", certificate-authority: "%s"}}]
                users: [{name: u, user: {token: "%s"}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                current-context: c
                """.formatted(url, certificate(), token));
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public synchronized void close() {
        processes.reversed().forEach(KubeProcess::close);
        processes.clear();
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException gone) {
            // A temporary directory: what cannot be deleted now goes with the machine.
        }
    }
}
