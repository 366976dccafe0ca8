package dev.windlass.model.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.model.ModelFiles;
import dev.windlass.model.source.ModelSource.Hub;
import dev.windlass.model.source.SourceException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A repository of a hub at one commit, through the API of huggingface.co. */
final class HubOrigin implements Origin {
    private static final int MOST_LISTING_BYTES = 32 << 20;
    private static final int MOST_PAGES = 100;
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;\\s*rel=\"next\"");
    private static final JsonMapper JSON = new JsonMapper();

    private final Hub source;
    private final URI endpoint;
    private final HttpTransport transport;
    private final RetryPolicy policy;
    private final String commit;
    private final Map<String, RemoteFile> files;

    private HubOrigin(Hub source, URI endpoint, HttpTransport transport, RetryPolicy policy, String commit)
            throws IOException {
        this.source = source;
        this.endpoint = endpoint;
        this.transport = transport;
        this.policy = policy;
        this.commit = commit;
        this.files = list();
    }

    /** Whether a revision can never mean anything else. */
    static boolean isCommit(String revision) {
        return COMMIT.matcher(revision).matches();
    }

    /** The commit that a revision means now. */
    static String commit(Hub source, URI endpoint, HttpTransport transport, RetryPolicy policy) throws IOException {
        var address = address(
                endpoint,
                "/api/models/%s/revision/%s"
                        .formatted(source.repository(), source.revision().replace("/", "%2F")));
        var commit = policy.run(source, () -> json(source, transport.send("GET", address, Map.of())))
                .path("sha")
                .asText();
        if (!isCommit(commit)) {
            throw new SourceException(
                    Reason.DAMAGED, source, "expected the hub to name a commit, found \"%s\"".formatted(commit));
        }
        return commit;
    }

    /** Lists the repository's folder. */
    static HubOrigin open(Hub source, URI endpoint, HttpTransport transport, RetryPolicy policy, String commit)
            throws IOException {
        return new HubOrigin(source, endpoint, transport, policy, commit);
    }

    private Map<String, RemoteFile> list() throws IOException {
        var found = new LinkedHashMap<String, RemoteFile>();
        var pooling = ModelFiles.POOLING.substring(0, ModelFiles.POOLING.indexOf('/'));
        if (list("", found).contains(pooling)) {
            list(pooling + "/", found);
        }
        return found;
    }

    /** Lists a folder of the model's, which is empty or ends with a slash, and gives the names of the folders in it. */
    private Set<String> list(String inside, Map<String, RemoteFile> found) throws IOException {
        var folders = new HashSet<String>();
        var root = source.folder().isEmpty() ? "" : source.folder() + "/";
        var folder = ("/" + root + inside).replaceFirst("/$", "");
        var page = Optional.of(
                address(endpoint, "/api/models/%s/tree/%s%s".formatted(source.repository(), commit, folder)));
        for (int pages = 0; page.isPresent() && pages < MOST_PAGES; pages++) {
            var address = page.get();
            page = policy.run(source, () -> {
                var answer = transport.send("GET", address, Map.of());
                for (var entry : json(source, answer)) {
                    file(entry, inside).ifPresent(f -> found.put(f.name(), f));
                    if (entry.path("type").asText().equals("directory")) {
                        folders.add(lastName(entry));
                    }
                }
                return answer.header("link")
                        .map(NEXT::matcher)
                        .filter(m -> m.find())
                        .map(m -> address.resolve(m.group(1)));
            });
        }
        return folders;
    }

    private static String lastName(JsonNode entry) {
        var path = entry.path("path").asText();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The file that an entry of the listing is, unless it is something else or has a name no model needs. */
    private Optional<RemoteFile> file(JsonNode entry, String inside) {
        var name = inside + lastName(entry);
        if (!entry.path("type").asText().equals("file") || !RemoteFile.isName(name)) {
            return Optional.empty();
        }
        long bytes = entry.path("size").asLong(-1);
        var digest = Optional.of(entry.path("lfs").path("oid").asText(""))
                .map(oid -> oid.replaceFirst("^sha256:", ""))
                .filter(oid -> SHA256.matcher(oid).matches());
        if (bytes < 0) {
            throw new SourceException(Reason.DAMAGED, source, "the hub tells no size of %s".formatted(name));
        }
        var version = digest.orElse(entry.path("oid").asText(commit));
        var folder = source.folder().isEmpty() ? "" : source.folder() + "/";
        var location = "/%s/resolve/%s/%s%s".formatted(source.repository(), commit, folder, name);
        return Optional.of(new RemoteFile(name, location, bytes, version, digest, true));
    }

    @Override
    public List<RemoteFile> files(Collection<String> names) {
        return names.stream().map(files::get).filter(Objects::nonNull).toList();
    }

    @Override
    public InputStream open(RemoteFile file, long from, long to) throws IOException {
        return WebOrigin.open(transport, source, address(endpoint, file.location()), file, from, to);
    }

    private static JsonNode json(Hub source, HttpTransport.Answer answer) throws IOException {
        var body = HttpTransport.bytes(answer.body(), MOST_LISTING_BYTES);
        if (answer.status() != 200) {
            throw new SourceException(Reason.NOT_FOUND, source, "the hub has no such model, revision or folder");
        }
        return JSON.readTree(body);
    }

    private static URI address(URI endpoint, String path) {
        return URI.create(endpoint.toString().replaceFirst("/+$", "") + path);
    }

    @Override
    public void close() {
        transport.close();
    }
}
