package dev.windlass.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads LlmDeployments and LlmFilterPolicies from a YAML file, one a document, as strictly as an API server would. Secrets beside them are passed over. */
public final class ResourceFile {
    /** No honest resource comes near it; a file of this size is a mistake. */
    private static final long MAXIMUM_BYTES = 1 << 20;

    private static final YAMLFactory YAML = YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final YAMLMapper MAPPER =
            Reading.strict(YAMLMapper.builder(YAML)).build();
    private static final ObjectReader DEPLOYMENTS = MAPPER.readerFor(Document.class);
    private static final ObjectReader POLICIES = MAPPER.readerFor(PolicyDocument.class);

    private final Path file;

    private ResourceFile(Path file) {
        this.file = file;
    }

    /** What a file has. */
    public record Contents(List<LlmDeployment> deployments, List<LlmFilterPolicy> policies) {
        public Contents {
            deployments = List.copyOf(deployments);
            policies = List.copyOf(policies);
        }
    }

    /**
     * The deployments of the file, every document of which is checked.
     *
     * @throws InvalidResourceException with file, line and field where it is not what it should be, or without any deployment
     */
    public static List<LlmDeployment> read(Path file) {
        var found = contents(file).deployments();
        if (found.isEmpty()) {
            throw new InvalidResourceException(file + ": expected an LlmDeployment, got none");
        }
        return found;
    }

    /**
     * Everything in the file.
     *
     * @throws InvalidResourceException with file, line and field where it is not what it should be
     */
    public static Contents contents(Path file) {
        return new ResourceFile(file).everything();
    }

    private Contents everything() {
        try {
            if (Files.size(file) > MAXIMUM_BYTES) {
                throw new InvalidResourceException(
                        "%s: expected a YAML file of at most 1 MiB, got %d bytes".formatted(file, Files.size(file)));
            }
            var deployments = new ArrayList<LlmDeployment>();
            var policies = new ArrayList<LlmFilterPolicy>();
            List<String> kinds = kinds();
            try (var parser = YAML.createParser(file.toFile())) {
                for (int index = 0; parser.nextToken() != null; index++) {
                    if (index < kinds.size() && kinds.get(index).equals(LlmFilterPolicy.KIND)) {
                        policies.add(policy(POLICIES.readValue(parser), index));
                    } else {
                        Document document = DEPLOYMENTS.readValue(parser);
                        if (document == null || !document.isSecret()) {
                            deployments.add(resource(document, index));
                        }
                    }
                }
            }
            if (deployments.isEmpty() && policies.isEmpty()) {
                throw empty();
            }
            return new Contents(deployments, policies);
        } catch (JacksonException problem) {
            throw new InvalidResourceException(file + describe(problem));
        } catch (NoSuchFileException missing) {
            throw new InvalidResourceException(file + ": no such file");
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private LlmDeployment resource(@Nullable Document document, int index) throws IOException {
        if (document == null) {
            throw empty();
        }
        require(
                index,
                LlmDeployment.API_VERSION.equals(document.apiVersion),
                "apiVersion",
                LlmDeployment.API_VERSION,
                document.apiVersion);
        require(index, LlmDeployment.KIND.equals(document.kind), "kind", LlmDeployment.KIND, document.kind);
        require(index, !document.hasData(), "data", "a spec", "what only a Secret has");
        require(index, document.metadata != null, "metadata", "an object with a name", null);
        require(index, document.spec != null, "spec", "an object with a model", null);
        LlmDeployment resource = document.resource();
        for (Problem problem : SpecCheck.problems(resource)) {
            throw invalid(index, problem);
        }
        return resource;
    }

    /** What the documents say they are; where that cannot be read, reading them in earnest says why. */
    private List<String> kinds() throws IOException {
        List<String> kinds = new ArrayList<>();
        try (var documents = MAPPER.readerFor(JsonNode.class).<@Nullable JsonNode>readValues(file.toFile())) {
            while (documents.hasNextValue()) {
                JsonNode document = documents.nextValue();
                kinds.add(document == null ? "" : document.path("kind").asText());
            }
        } catch (JsonProcessingException unreadable) {
            return kinds;
        }
        return kinds;
    }

    private LlmFilterPolicy policy(PolicyDocument document, int index) throws IOException {
        require(
                index,
                LlmDeployment.API_VERSION.equals(document.apiVersion),
                "apiVersion",
                LlmDeployment.API_VERSION,
                document.apiVersion);
        require(index, document.metadata != null, "metadata", "an object with a name", null);
        require(index, document.spec != null, "spec", "an object with rules", null);
        LlmFilterPolicy policy = document.policy();
        for (Problem problem : FilterPolicyCheck.problems(policy)) {
            throw invalid(index, problem);
        }
        return policy;
    }

    private void require(int index, boolean holds, String field, String expected, @Nullable String found)
            throws IOException {
        if (!holds) {
            throw invalid(index, new Problem(field, expected, found == null ? "nothing" : "\"" + found + "\""));
        }
    }

    private InvalidResourceException invalid(int index, Problem problem) throws IOException {
        try (var parser = YAML.createParser(file.toFile())) {
            int line = FieldLines.read(parser).line(index, problem.field());
            return new InvalidResourceException("%s:%d: %s".formatted(file, line, problem));
        }
    }

    private InvalidResourceException empty() {
        return new InvalidResourceException(file + ": expected an LlmDeployment, got an empty document");
    }

    private static String describe(JacksonException problem) {
        var place = problem.getLocation();
        String line = place == null ? "" : ":" + place.getLineNr();
        return line
                + ": "
                + switch (problem) {
                    case JsonMappingException mapping -> Reading.problem("", mapping);
                    default -> "not YAML: " + Reading.firstLine(problem.getOriginalMessage());
                };
    }

    /** A document as it is written. Its status, if it has one, is the cluster's affair. */
    @JsonIgnoreProperties("status")
    private record Document(
            @Nullable String apiVersion,
            @Nullable String kind,
            @Nullable Metadata metadata,
            @Nullable LlmDeploymentSpec spec,
            @Nullable String type,
            @Nullable Map<String, String> data,
            @Nullable Map<String, String> stringData) {
        boolean isSecret() {
            return "v1".equals(apiVersion) && "Secret".equals(kind);
        }

        boolean hasData() {
            return type != null || data != null || stringData != null;
        }

        LlmDeployment resource() {
            var resource = new LlmDeployment();
            resource.setMetadata(metadata == null ? new ObjectMeta() : metadata.objectMeta());
            resource.setSpec(spec);
            return resource;
        }
    }

    /** A filter policy as it is written. */
    @JsonIgnoreProperties("status")
    private record PolicyDocument(
            @Nullable String apiVersion,
            @Nullable String kind,
            @Nullable Metadata metadata,
            @Nullable LlmFilterPolicySpec spec) {
        LlmFilterPolicy policy() {
            var policy = new LlmFilterPolicy();
            policy.setMetadata(metadata == null ? new ObjectMeta() : metadata.objectMeta());
            policy.setSpec(spec);
            return policy;
        }
    }

    /** The part of Kubernetes' metadata that people write; the rest is Kubernetes' own affair. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Metadata(
            @Nullable String name,
            @Nullable String namespace,
            @Nullable Map<String, String> labels,
            @Nullable Map<String, String> annotations) {
        ObjectMeta objectMeta() {
            var meta = new ObjectMeta();
            meta.setName(name);
            meta.setNamespace(namespace);
            meta.setLabels(labels);
            meta.setAnnotations(annotations);
            return meta;
        }
    }
}
