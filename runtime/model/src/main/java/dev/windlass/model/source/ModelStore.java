package dev.windlass.model.source;

import dev.windlass.model.CacheDirectory;
import dev.windlass.model.digest.FileDigests;
import dev.windlass.model.digest.Sha256;
import dev.windlass.model.source.ModelSource.Bucket;
import dev.windlass.model.source.ModelSource.Claim;
import dev.windlass.model.source.ModelSource.Hub;
import dev.windlass.model.source.ModelSource.Local;
import dev.windlass.model.source.ModelSource.Registry;
import dev.windlass.model.source.ModelSource.Web;
import dev.windlass.model.source.SourceException.Reason;
import dev.windlass.model.work.DirectoryLock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings models to this machine, each version of each once. A version has a directory of its own, which is complete when
 * its marker is there and never changes after; what a branch or an address meant last is noted beside, and is what a
 * model without its source is served from.
 */
public final class ModelStore {
    private static final Duration LOCK_DEADLINE = Duration.ofHours(6);
    private static final String HUGGING_FACE = "https://huggingface.co";

    private final CacheDirectory cache;
    private final Map<String, String> environment;
    private final RetryPolicy policy;
    private final Downloader downloader;
    private final ModelPin pin;

    /** @param environment HF_TOKEN, HF_ENDPOINT, AWS_ENDPOINT_URL and their like */
    public ModelStore(CacheDirectory cache, Map<String, String> environment) {
        this(cache, environment, RetryPolicy.STANDARD, 32 << 20);
    }

    ModelStore(CacheDirectory cache, Map<String, String> environment, RetryPolicy policy, long partBytes) {
        this.cache = cache;
        this.environment = Map.copyOf(environment);
        this.policy = policy;
        var digests = new FileDigests(cache.digests(), Runtime.getRuntime().availableProcessors());
        this.downloader = new Downloader(policy, partBytes, digests);
        this.pin = new ModelPin(digests, policy);
    }

    /**
     * A model, downloaded unless it is here already.
     *
     * @param expected what its {@link #digest} has to be; null takes whatever the source has
     * @throws SourceException when the model cannot be had, or is another one
     * @throws IOException when this machine's files cannot be read or written
     */
    public Fetched fetch(ModelSource source, @Nullable Sha256 expected, DownloadProgress progress) throws IOException {
        var fetched = switch (source) {
            case Local local -> new Fetched(local(local), "");
            case Claim claim ->
                throw new SourceException(
                        Reason.UNSUPPORTED, claim, "a volume claim is mounted by a cluster; name its directory here");
            case Hub hub -> hub(hub, progress);
            case Bucket bucket -> new Fetched(bucket(bucket, progress), "");
            case Registry registry -> registry(registry, progress);
            case Web web -> new Fetched(web(web, expected, progress), "");
        };
        if (expected != null) {
            ModelPin.require(source, expected, digest(source, fetched.directory(), progress));
        }
        return fetched;
    }

    /**
     * The digest by which a model can be pinned: of an archive, the SHA-256 of its file; else of the list that
     * {@code sha256sum} prints of the files that are loaded, sorted by their names.
     */
    public Sha256 digest(ModelSource source, Path directory, DownloadProgress progress) throws IOException {
        return source instanceof Web web && isArchive(web)
                ? ModelPin.ofArchive(directory)
                : pin.ofFolder(directory, progress);
    }

    private static boolean isArchive(Web source) {
        return PackedFile.isNamedLikeOne(source.address().getPath());
    }

    private static Path local(Local source) {
        if (!Files.isDirectory(source.directory())) {
            throw new SourceException(Reason.NOT_FOUND, source, "there is no such directory");
        }
        return source.directory();
    }

    private Fetched hub(Hub source, DownloadProgress progress) throws IOException {
        var endpoint = URI.create(environment.getOrDefault("HF_ENDPOINT", HUGGING_FACE));
        var token = Optional.of(environment.getOrDefault("HF_TOKEN", "")).filter(t -> !t.isBlank());
        var versions = new Versions(cache.models().resolve("hf").resolve(source.repository()), source.folder());
        if (HubOrigin.isCommit(source.revision()) && versions.isComplete(source.revision())) {
            return new Fetched(versions.directory(source.revision()), source.revision());
        }
        try (var transport = new HttpTransport(source, Credentials.hub(token), policy)) {
            var commitHere = versions.latestUnlessUnreachable(source, source.revision(), () -> {
                var commit = HubOrigin.commit(source, endpoint, transport, policy);
                if (!versions.isComplete(commit)) {
                    var origin = HubOrigin.open(source, endpoint, transport, policy, commit);
                    download(versions, commit, origin, Selection.of(source, origin, policy), progress);
                }
                return commit;
            });
            return new Fetched(versions.directory(commitHere), commitHere);
        }
    }

    private Path bucket(Bucket source, DownloadProgress progress) throws IOException {
        var versions = new Versions(
                cache.models().resolve("s3").resolve(source.bucket()).resolve(Versions.digest(source.prefix())), "");
        return versions.directory(versions.latestUnlessUnreachable(source, "latest", () -> {
            try (var origin = BucketOrigin.open(source, environment, policy)) {
                return listed(source, versions, origin, progress);
            }
        }));
    }

    private Path web(Web source, @Nullable Sha256 expected, DownloadProgress progress) throws IOException {
        var address = source.address();
        var versions = new Versions(
                cache.models().resolve("web").resolve(address.getHost()).resolve(Versions.digest(address.toString())),
                "");
        return versions.directory(versions.latestUnlessUnreachable(source, "latest", () -> {
            try (var origin = new WebOrigin(source, new HttpTransport(source, Credentials.none(), policy), policy)) {
                return isArchive(source)
                        ? archive(source, expected, versions, origin, progress)
                        : listed(source, versions, origin, progress);
            }
        }));
    }

    private Fetched registry(Registry source, DownloadProgress progress) throws IOException {
        var versions = new Versions(
                cache.models()
                        .resolve("oci")
                        .resolve(source.host().replace(':', '_'))
                        .resolve(source.repository().replace('/', '+')),
                "");
        var asked = source.digest().replaceFirst("^sha256:", "");
        if (!asked.isEmpty() && versions.isComplete(asked)) {
            return new Fetched(versions.directory(asked), source.digest());
        }
        var version = versions.latestUnlessUnreachable(source, source.reference(), () -> {
            try (var origin = RegistryOrigin.open(source, environment, policy)) {
                var digest = origin.digest().hex();
                if (!versions.isComplete(digest)) {
                    if (origin.layout().isLoose()) {
                        download(versions, digest, origin, Selection.of(source, origin, policy), progress);
                    } else {
                        layers(source, versions, origin, progress);
                    }
                }
                return digest;
            }
        });
        return new Fetched(versions.directory(version), "sha256:" + version);
    }

    private void layers(Registry source, Versions versions, RegistryOrigin origin, DownloadProgress progress)
            throws IOException {
        var version = origin.digest().hex();
        try (var _ = lock(versions, version)) {
            if (versions.isComplete(version)) {
                return; // another process was quicker
            }
            var directory = versions.directory(version);
            var files = new ArrayList<RemoteFile>();
            var packed = new ArrayList<PackedFile>();
            for (var part : origin.layout().parts()) {
                var file = origin.file("layer-" + files.size(), part.layer());
                files.add(file);
                packed.add(new PackedFile(source, directory.resolve(file.name()), part.kind(), part.path()));
            }
            downloader.fetch(origin, missing(directory, files), directory, progress);
            unpack(source, packed, directory);
            versions.complete(version);
        }
    }

    /** Leaves what is loaded, and nothing else. */
    private void unpack(ModelSource source, List<PackedFile> packed, Path directory) throws IOException {
        var extracted = new PackedModel(source, packed).extract(directory);
        var loaded = DirectoryOrigin.loaded(source, directory, policy);
        for (var name : extracted) {
            if (!loaded.contains(name)) {
                Files.delete(directory.resolve(name));
            }
        }
        for (var one : packed) {
            Files.delete(one.file());
        }
    }

    private String listed(ModelSource source, Versions versions, Origin origin, DownloadProgress progress)
            throws IOException {
        var files = Selection.of(source, origin, policy);
        var version = Versions.of(files);
        if (!versions.isComplete(version)) {
            download(versions, version, origin, files, progress);
        }
        return version;
    }

    private void download(
            Versions versions, String version, Origin origin, List<RemoteFile> files, DownloadProgress progress)
            throws IOException {
        try (var _ = lock(versions, version)) {
            var directory = versions.directory(version);
            downloader.fetch(origin, missing(directory, files), directory, progress);
            versions.complete(version);
        }
    }

    private static List<RemoteFile> missing(Path directory, List<RemoteFile> files) {
        return files.stream().filter(f -> !isThere(directory, f)).toList();
    }

    private static boolean isThere(Path directory, RemoteFile file) {
        try {
            return Files.size(directory.resolve(file.name())) == file.bytes();
        } catch (IOException e) {
            return false;
        }
    }

    private String archive(
            Web source, @Nullable Sha256 expected, Versions versions, WebOrigin origin, DownloadProgress progress)
            throws IOException {
        var file = origin.file("archive", source.address())
                .orElseThrow(() -> new SourceException(Reason.NOT_FOUND, source, "there is no such file"));
        var version = Versions.of(List.of(file));
        var directory = versions.directory(version);
        if (!versions.isComplete(version) || !ModelPin.isOfArchive(directory)) {
            try (var _ = lock(versions, version)) {
                if (versions.isComplete(version) && ModelPin.isOfArchive(directory)) {
                    return version; // another process was quicker
                }
                downloader.fetch(origin, missing(directory, List.of(file)), directory, progress);
                var packed = directory.resolve(file.name());
                var digest = FileDigests.read(packed);
                if (expected != null) {
                    // Before anything is unpacked: what is in it may be made to harm.
                    ModelPin.require(source, expected, digest);
                }
                var kind = PackedFile.Kind.of(source.address().getPath());
                unpack(source, List.of(PackedFile.of(source, packed, kind)), directory);
                ModelPin.noteArchive(directory, digest);
                versions.complete(version);
            }
        }
        return version;
    }

    private static DirectoryLock lock(Versions versions, String version) throws IOException {
        return DirectoryLock.acquire(versions.lockFile(version), LOCK_DEADLINE, () -> {});
    }
}
