package dev.windlass.model.source;

import dev.windlass.model.ModelFiles;
import dev.windlass.model.source.ModelSource.Bucket;
import dev.windlass.model.source.SourceException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The objects below a prefix of a bucket. */
final class BucketOrigin implements Origin {
    private final Bucket source;
    private final S3Client client;
    private final Map<String, RemoteFile> files;

    private BucketOrigin(Bucket source, S3Client client) {
        this.source = source;
        this.client = client;
        this.files = new LinkedHashMap<>();
    }

    /** Lists the bucket, with the credentials and the region of the environment where it has them. */
    static BucketOrigin open(Bucket source, Map<String, String> environment, RetryPolicy policy) throws IOException {
        var origin = new BucketOrigin(source, client(environment, policy));
        try {
            policy.run(source, () -> origin.asked(origin::list));
            return origin;
        } catch (Throwable t) {
            origin.close();
            throw t;
        }
    }

    private static S3Client client(Map<String, String> environment, RetryPolicy policy) {
        var builder = S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(Duration.ofSeconds(15))
                        .socketTimeout(policy.stall()))
                .credentialsProvider(credentials())
                .region(region());
        var endpoint =
                environment.getOrDefault("AWS_ENDPOINT_URL_S3", environment.getOrDefault("AWS_ENDPOINT_URL", ""));
        if (!endpoint.isBlank()) {
            // Stores other than Amazon's seldom have a host name for every bucket.
            builder.endpointOverride(URI.create(endpoint)).forcePathStyle(true);
        }
        return builder.build();
    }

    private static AwsCredentialsProvider credentials() {
        var standard = DefaultCredentialsProvider.builder().build();
        try {
            standard.resolveCredentials();
            return standard;
        } catch (SdkClientException e) {
            standard.close();
            return AnonymousCredentialsProvider.create(); // a public bucket needs none
        }
    }

    private static Region region() {
        try {
            return DefaultAwsRegionProviderChain.builder().build().getRegion();
        } catch (SdkClientException e) {
            return Region.US_EAST_1;
        }
    }

    private Map<String, RemoteFile> list() {
        var prefix = source.prefix().isEmpty() ? "" : source.prefix() + "/";
        for (var listed : List.of(prefix, prefix + ModelFiles.POOLING)) {
            var pages = client.listObjectsV2Paginator(
                    request -> request.bucket(source.bucket()).prefix(listed).delimiter("/"));
            for (var page : pages) {
                for (var object : page.contents()) {
                    file(object, prefix.length()).ifPresent(f -> files.put(f.name(), f));
                }
            }
        }
        return files;
    }

    private static Optional<RemoteFile> file(S3Object object, int prefix) {
        var name = object.key().substring(Math.min(prefix, object.key().length()));
        if (!RemoteFile.isName(name)) {
            return Optional.empty();
        }
        var version = Objects.requireNonNullElse(object.eTag(), "");
        return Optional.of(new RemoteFile(name, object.key(), object.size(), version, Optional.empty(), true));
    }

    @Override
    public List<RemoteFile> files(Collection<String> names) {
        return names.stream().map(files::get).filter(Objects::nonNull).toList();
    }

    @Override
    public InputStream open(RemoteFile file, long from, long to) throws IOException {
        return asked(() -> client.getObject(request -> {
            request.bucket(source.bucket()).key(file.location()).range("bytes=%d-%d".formatted(from, to - 1));
            if (!file.version().isEmpty()) {
                request.ifMatch(file.version());
            }
        }));
    }

    /** Turns the SDK's failures into ours. */
    private <T> T asked(Supplier<T> request) throws IOException {
        try {
            return request.get();
        } catch (S3Exception e) {
            switch (e.statusCode()) {
                case 401, 403 ->
                    throw failure(Reason.UNAUTHORIZED, "access refused: check AWS credentials and region", e);
                case 404 -> throw failure(Reason.NOT_FOUND, "there is no such bucket or object", e);
                case 412 -> throw failure(Reason.DAMAGED, "an object changed while it was downloaded; try again", e);
                default -> throw new IOException("the store answered " + e.statusCode(), e);
            }
        } catch (SdkException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private SourceException failure(Reason reason, String message, S3Exception cause) {
        return new SourceException(reason, source, message, cause);
    }

    @Override
    public void close() {
        client.close();
    }
}
