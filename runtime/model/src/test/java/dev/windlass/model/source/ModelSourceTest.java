package dev.windlass.model.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.model.source.ModelSource.Bucket;
import dev.windlass.model.source.ModelSource.Claim;
import dev.windlass.model.source.ModelSource.Hub;
import dev.windlass.model.source.ModelSource.Local;
import dev.windlass.model.source.ModelSource.Registry;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelSourceTest {
    @Test
    void readsRepositories() {
        assertThat(ModelSource.parse("hf://Qwen/Qwen2.5-0.5B")).isEqualTo(new Hub("Qwen/Qwen2.5-0.5B", "main", ""));
        assertThat(ModelSource.parse("hf://gpt2")).isEqualTo(new Hub("gpt2", "main", ""));
        assertThat(ModelSource.parse("hf://a/b@v1.0")).isEqualTo(new Hub("a/b", "v1.0", ""));
        assertThat(ModelSource.parse("hf://a/b@refs/pr/7")).isEqualTo(new Hub("a/b", "refs/pr/7", ""));
        assertThat(ModelSource.parse("hf://a/b@v1/x/y")).isEqualTo(new Hub("a/b", "v1", "x/y"));
        assertThat(ModelSource.parse("hf://a/b/x")).isEqualTo(new Hub("a/b", "main", "x"));
    }

    @Test
    void readsBuckets() {
        assertThat(ModelSource.parse("s3://models/qwen/0.5b/")).isEqualTo(new Bucket("models", "qwen/0.5b"));
        assertThat(ModelSource.parse("s3://models")).isEqualTo(new Bucket("models", ""));
    }

    @Test
    void readsDirectories() {
        assertThat(ModelSource.parse("file:///models/a%20b")).isEqualTo(new Local(Path.of("/models/a b")));
        assertThat(ModelSource.parse("models/a")).isEqualTo(new Local(Path.of("models/a")));
    }

    @Test
    void readsVolumeClaims() {
        assertThat(ModelSource.parse("pvc://models/a/b")).isEqualTo(new Claim("models", "a/b"));
    }

    @Test
    void readsImages() {
        var digest = "sha256:" + "0a".repeat(32);
        assertThat(ModelSource.parse("oci://ghcr.io/org/model:v1"))
                .isEqualTo(new Registry("ghcr.io", "org/model", "v1", ""));
        assertThat(ModelSource.parse("oci://localhost:5000/model"))
                .isEqualTo(new Registry("localhost:5000", "model", "latest", ""));
        assertThat(ModelSource.parse("oci://Ghcr.io/org/model@" + digest))
                .isEqualTo(new Registry("ghcr.io", "org/model", "latest", digest));
        assertThat(ModelSource.parse("oci://ghcr.io/a/b-c/d__e:v1@" + digest))
                .isEqualTo(new Registry("ghcr.io", "a/b-c/d__e", "v1", digest));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "oci://ghcr.io/org/model",
                "oci://localhost:5000/model:v1",
                "hf://gpt2",
                "hf://a/b@v1/x",
                "s3://models/x",
                "https://example.org/m.tar.gz",
                "pvc://claim/x",
                "models/a"
            })
    void writesWhatItRead(String text) {
        assertThat(ModelSource.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hf://",
                "hf://a/../b",
                "hf://a/b@",
                "hf://a/b@../x",
                "hf://a/b@v1/../../x",
                "hf://a/..b/c..d@e/f..",
                "hf://a b",
                "hf://a/b?x=1",
                "hf://a%2fb",
                "s3://B/x",
                "s3:///x",
                "pvc:///x",
                "pvc://a/../b",
                "https://",
                "https://user:secret@host/x",
                "file://elsewhere/x",
                "oci://ghcr.io",
                "oci://ghcr.io/",
                "oci:///model",
                "oci://ghcr.io/Model",
                "oci://ghcr.io/a//b",
                "oci://ghcr.io/../b",
                "oci://ghcr.io/b:",
                "oci://ghcr.io/b@sha256:0",
                "oci://ghcr.io/b@sha512:0",
                "oci://user:secret@ghcr.io/b",
                "oci://ghcr.io/b?x",
                "ftp://host/x",
                "\u0000"
            })
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> ModelSource.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("model source: expected ");
    }
}
