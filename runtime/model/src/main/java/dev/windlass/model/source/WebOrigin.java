package dev.windlass.model.source;

import dev.windlass.model.source.ModelSource.Web;
import dev.windlass.model.source.SourceException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A directory of a web server, asked for one name after another. */
final class WebOrigin implements Origin {
    private final Web source;
    private final HttpTransport transport;
    private final RetryPolicy policy;

    WebOrigin(Web source, HttpTransport transport, RetryPolicy policy) {
        this.source = source;
        this.transport = transport;
        this.policy = policy;
    }

    @Override
    public List<RemoteFile> files(Collection<String> names) throws IOException {
        var files = new ArrayList<RemoteFile>();
        var address = source.address();
        for (var name : names) {
            // A query, such as a signature, belongs to every file.
            var query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
            var base = address.toString().replaceFirst("\\?.*$", "").replaceFirst("/+$", "");
            file(name, URI.create(base + "/" + name + query)).ifPresent(files::add);
        }
        return files;
    }

    /** The file at an address, if there is one. */
    Optional<RemoteFile> file(String name, URI address) throws IOException {
        var answer = policy.run(source, () -> transport.send("HEAD", address, Map.of()));
        answer.body().close();
        if (answer.status() == 404) {
            return Optional.empty();
        }
        long bytes = answer.header("content-length").map(WebOrigin::number).orElse(-1L);
        if (bytes < 0) {
            throw new SourceException(Reason.UNSUPPORTED, source, "the server tells no size of %s".formatted(name));
        }
        var version = answer.header("etag").filter(tag -> !tag.startsWith("W/")).orElse("");
        boolean ranges = answer.header("accept-ranges").filter("bytes"::equals).isPresent();
        return Optional.of(new RemoteFile(name, address.toString(), bytes, version, Optional.empty(), ranges));
    }

    @Override
    public InputStream open(RemoteFile file, long from, long to) throws IOException {
        return open(transport, source, URI.create(file.location()), file, from, to);
    }

    /** Asks for a part of a file and makes sure that it is the part. */
    static InputStream open(HttpTransport transport, Object source, URI address, RemoteFile file, long from, long to)
            throws IOException {
        boolean part = from > 0 || to < file.bytes();
        var headers = new HashMap<String, String>();
        if (part) {
            headers.put("Range", "bytes=%d-%d".formatted(from, to - 1));
            if (file.version().startsWith("\"")) {
                headers.put("If-Range", file.version());
            }
        }
        var answer = transport.send("GET", address, headers);
        if (answer.status() == 404) {
            answer.body().close();
            throw new SourceException(Reason.NOT_FOUND, source, "there is no %s".formatted(file.name()));
        }
        if (!part && answer.status() == 200) {
            return answer.body();
        }
        var range = answer.header("content-range").orElse("");
        if (part && answer.status() == 206 && range.matches("bytes %d-\\d+/(%d|\\*)".formatted(from, file.bytes()))) {
            return answer.body();
        }
        answer.body().close();
        if (part && answer.status() == 200) {
            throw new SourceException(
                    Reason.DAMAGED, source, "%s changed while it was downloaded; try again".formatted(file.name()));
        }
        throw new RetryPolicy.Transient(
                "asked for bytes %d to %d of %s, was answered with %s".formatted(from, to, file.name(), range),
                Duration.ZERO);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    @Override
    public void close() {
        transport.close();
    }
}
