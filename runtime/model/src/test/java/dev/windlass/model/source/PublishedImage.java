package dev.windlass.model.source;

import dev.windlass.model.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Puts blobs and manifests where a registry has them. */
final class PublishedImage {
    static final String TAR = "application/vnd.oci.image.layer.v1.tar";
    static final String TAR_GZIP = TAR + "+gzip";

    private final FakeServer server;
    private final String repository;
    private final List<String> layers = new ArrayList<>();

    PublishedImage(FakeServer server, String repository) {
        this.server = server;
        this.repository = repository;
    }

    /** A layer with an annotation, as ORAS makes one for each file. */
    PublishedImage file(String title, byte[] content) {
        return layer(TAR, content, """
                "org.opencontainers.image.title":"%s\"""".formatted(title));
    }

    PublishedImage file(String title, String content) {
        return file(title, content.getBytes(StandardCharsets.UTF_8));
    }

    PublishedImage layer(String mediaType, byte[] content) {
        return layer(mediaType, content, "");
    }

    PublishedImage layer(String mediaType, byte[] content, String annotations) {
        var digest = Sha256.of(content);
        server.files.put(path("blobs/sha256:" + digest), content);
        layers.add("""
                {"mediaType":"%s","digest":"sha256:%s","size":%d,"annotations":{%s}}""".formatted(mediaType, digest, content.length, annotations));
        return this;
    }

    /** @return the digest of the manifest */
    Sha256 tag(String... tags) {
        return manifest("""
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[%s]}""".formatted(String.join(",", layers)), tags);
    }

    Sha256 manifest(String json, String... tags) {
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        var digest = Sha256.of(bytes);
        server.files.put(path("manifests/sha256:" + digest), bytes);
        for (var tag : tags) {
            server.files.put(path("manifests/" + tag), bytes);
        }
        return digest;
    }

    String path(String rest) {
        return "/v2/%s/%s".formatted(repository, rest);
    }
}
