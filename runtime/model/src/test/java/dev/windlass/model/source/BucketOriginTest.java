package dev.windlass.model.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.model.CacheDirectory;
import dev.windlass.model.source.SourceException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BucketOriginTest {
    private static final RetryPolicy POLICY =
            new RetryPolicy(2, Duration.ofMillis(5), Duration.ofMillis(50), Duration.ofSeconds(5));

    @TempDir
    private Path root;

    private final FakeServer server;

    BucketOriginTest() throws IOException {
        server = new FakeServer();
    }

    /** What the SDK's own chains read, so that no test asks a cloud for credentials. */
    @BeforeAll
    static void configure() {
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        System.setProperty("aws.region", "eu-central-1");
    }

    @AfterAll
    static void restore() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        System.clearProperty("aws.region");
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void downloadsTheObjectsOfAPrefix() throws IOException {
        var weights = "w".repeat(200_000).getBytes(StandardCharsets.UTF_8);
        server.files.put("/models", """
                <?xml version="1.0" encoding="UTF-8"?>
                <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
                  <Name>models</Name><Prefix>qwen/</Prefix><KeyCount>2</KeyCount><IsTruncated>false</IsTruncated>
                  <Contents><Key>qwen/config.json</Key><ETag>"1"</ETag><Size>2</Size></Contents>
                  <Contents><Key>qwen/model.safetensors</Key><ETag>"2"</ETag><Size>200000</Size></Contents>
                  <Contents><Key>qwen/1_Pooling/config.json</Key><ETag>"3"</ETag><Size>3</Size></Contents>
                  <Contents><Key>qwen/2_Dense/config.json</Key><ETag>"4"</ETag><Size>3</Size></Contents>
                </ListBucketResult>""".getBytes(StandardCharsets.UTF_8));
        server.files.put("/models/qwen/config.json", "{}".getBytes(StandardCharsets.UTF_8));
        server.files.put("/models/qwen/1_Pooling/config.json", "[1]".getBytes(StandardCharsets.UTF_8));
        server.files.put("/models/qwen/model.safetensors", weights);
        var directory = fetch("s3://models/qwen");
        assertThat(directory.resolve("model.safetensors")).hasBinaryContent(weights);
        assertThat(directory.resolve("config.json")).hasContent("{}");
        assertThat(directory.resolve("1_Pooling/config.json")).hasContent("[1]");
        assertThat(directory.resolve("2_Dense")).doesNotExist();
        assertThat(server.requests).anyMatch(r -> r.startsWith("GET /models?") && r.contains("prefix=qwen%2F"));
        assertThat(server.requests)
                .filteredOn(r -> r.contains("model.safetensors"))
                .hasSize(4);
    }

    @Test
    void saysThatAccessIsRefused() {
        server.refuseWith = 403;
        assertThatThrownBy(() -> fetch("s3://models/qwen"))
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAUTHORIZED))
                .hasMessage("s3://models/qwen: access refused: check AWS credentials and region");
    }

    @Test
    void saysThatThereIsNoSuchBucket() {
        assertThatThrownBy(() -> fetch("s3://models/qwen"))
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
    }

    private Path fetch(String source) throws IOException {
        var environment = Map.of("AWS_ENDPOINT_URL", server.address().toString());
        return new ModelStore(new CacheDirectory(root), environment, POLICY, 65_536)
                .fetch(ModelSource.parse(source), null, (done, total) -> {})
                .directory();
    }
}
