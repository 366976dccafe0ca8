package dev.windlass.model.source;

import dev.windlass.model.digest.Sha256;
import dev.windlass.model.source.ModelSource.Registry;
import dev.windlass.model.source.RegistryDocument.Index;
import dev.windlass.model.source.RegistryDocument.Layer;
import dev.windlass.model.source.RegistryDocument.Manifest;
import dev.windlass.model.source.RegistryLayout.Part;
import dev.windlass.model.source.SourceException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A manifest of a registry, through the OCI distribution protocol. */
final class RegistryOrigin implements Origin {
    private static final int DEEPEST = 3;

    private final Registry source;
    private final URI repository;
    private final HttpTransport transport;
    private final RetryPolicy policy;
    private final Sha256 digest;
    private final RegistryLayout layout;
    private final Map<String, RemoteFile> files = new TreeMap<>();
    private @Nullable Boolean ranges;

    private RegistryOrigin(
            Registry source,
            URI repository,
            HttpTransport transport,
            RetryPolicy policy,
            Sha256 digest,
            RegistryLayout layout) {
        this.source = source;
        this.repository = repository;
        this.transport = transport;
        this.policy = policy;
        this.digest = digest;
        this.layout = layout;
    }

    /** A manifest, and what it is told apart by. */
    private record Found(Sha256 digest, Manifest manifest) {}

    /** Finds out what the source's tag or digest means now. */
    static RegistryOrigin open(Registry source, Map<String, String> environment, RetryPolicy policy)
            throws IOException {
        boolean plain = isPlain(source.host(), environment);
        // Docker's own registry is called by another name than it has.
        var host = source.host().equals("docker.io") ? "registry-1.docker.io" : source.host();
        var repository = URI.create("%s://%s/v2/%s/".formatted(plain ? "http" : "https", host, source.repository()));
        var credentials = new RegistryCredentials(source, DockerConfig.read(environment), policy, plain);
        var transport = new HttpTransport(source, credentials, policy);
        try {
            var found = find(source, repository, transport, policy, source.reference(), 0);
            return new RegistryOrigin(
                    source, repository, transport, policy, found.digest(), RegistryLayout.of(source, found.manifest()));
        } catch (Throwable t) {
            transport.close();
            throw t;
        }
    }

    /** Without TLS: registries of this machine, and those that somebody says so of. */
    static boolean isPlain(String host, Map<String, String> environment) {
        var name = host.replaceFirst(":[0-9]+$", "");
        return name.equals("localhost")
                || name.equals("127.0.0.1")
                || Arrays.asList(environment
                                .getOrDefault("WINDLASS_OCI_PLAIN_HTTP", "")
                                .split("[,\\s]+"))
                        .contains(host);
    }

    private static Found find(
            Registry source, URI repository, HttpTransport transport, RetryPolicy policy, String reference, int depth)
            throws IOException {
        var address = repository.resolve("manifests/" + reference);
        var bytes = policy.run(source, () -> {
            var answer = transport.send("GET", address, Map.of("Accept", RegistryDocument.MEDIA_TYPES));
            var body = HttpTransport.bytes(answer.body(), RegistryDocument.MOST_BYTES);
            if (answer.status() != 200) {
                throw new SourceException(
                        Reason.NOT_FOUND, source, "the registry has no such repository, tag or digest");
            }
            return body;
        });
        var digest = Sha256.of(bytes);
        if (reference.startsWith("sha256:") && !reference.equals("sha256:" + digest)) {
            throw new SourceException(
                    Reason.DAMAGED, source, "asked for %s, was sent sha256:%s".formatted(reference, digest));
        }
        return switch (RegistryDocument.parse(source, bytes)) {
            case Manifest manifest -> new Found(digest, manifest);
            case Index index
            when depth < DEEPEST ->
                find(source, repository, transport, policy, "sha256:" + chosen(source, index), depth + 1);
            case Index _ -> throw new SourceException(Reason.DAMAGED, source, "has an index in an index in an index");
        };
    }

    /** Models are for every platform; of an image that is not, the one for this. */
    private static Sha256 chosen(Registry source, Index index) {
        var wanted = "linux/" + (System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64");
        return index.choices().stream()
                .filter(choice -> choice.platform().equals(wanted))
                .findFirst()
                .or(() -> index.choices().stream()
                        .filter(choice -> choice.platform().isEmpty())
                        .findFirst())
                .orElseThrow(() -> new SourceException(
                        Reason.NOT_FOUND,
                        source,
                        "has nothing for %s, only for %s"
                                .formatted(
                                        wanted,
                                        index.choices().stream()
                                                .map(RegistryDocument.Choice::platform)
                                                .limit(10)
                                                .toList())))
                .digest();
    }

    /** Of the manifest: what the version is called. */
    Sha256 digest() {
        return digest;
    }

    RegistryLayout layout() {
        return layout;
    }

    /** A blob as a file. */
    RemoteFile file(String name, Layer layer) throws IOException {
        return new RemoteFile(
                name,
                "blobs/sha256:" + layer.digest(),
                layer.bytes(),
                "sha256:" + layer.digest(),
                Optional.of(layer.digest().hex()),
                ranges());
    }

    @Override
    public List<RemoteFile> files(Collection<String> names) throws IOException {
        if (files.isEmpty()) {
            for (var entry : layout.files(source).entrySet()) {
                if (RemoteFile.isName(entry.getKey())) {
                    files.put(
                            entry.getKey(),
                            file(entry.getKey(), entry.getValue().layer()));
                }
            }
        }
        var found = new ArrayList<RemoteFile>();
        for (var name : names) {
            Optional.ofNullable(files.get(name)).ifPresent(found::add);
        }
        return found;
    }

    /** The protocol leaves ranges to registries, so the largest blob is asked for its first byte. */
    private synchronized boolean ranges() throws IOException {
        if (ranges == null) {
            var largest = layout.parts().stream()
                    .map(Part::layer)
                    .max(Comparator.comparingLong(Layer::bytes))
                    .orElseThrow();
            var address = repository.resolve("blobs/sha256:" + largest.digest());
            ranges = policy.run(source, () -> {
                var answer = transport.send("GET", address, Map.of("Range", "bytes=0-0"));
                answer.body().close();
                return answer.status() == 206;
            });
        }
        return ranges;
    }

    @Override
    public InputStream open(RemoteFile file, long from, long to) throws IOException {
        return WebOrigin.open(transport, source, repository.resolve(file.location()), file, from, to);
    }

    @Override
    public void close() {
        transport.close();
    }
}
