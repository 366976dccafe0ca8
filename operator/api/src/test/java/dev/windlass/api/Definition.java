package dev.windlass.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The resources' definitions (CRDs), as the records say them. */
enum Definition {
    Deployments(LlmDeployment.class, "llmdeployments"),
    FilterPolicies(LlmFilterPolicy.class, "llmfilterpolicies");

    private static final String HEAD =
            "# Generated from %s by hack/generate-crds: change the records, not this file.\n";

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .build();

    private final Class<? extends CustomResource<?, ?>> resource;
    private final Path file;

    Definition(Class<? extends CustomResource<?, ?>> resource, String plural) {
        this.resource = resource;
        this.file = Path.of("../../crds/%s.windlass.dev.yaml".formatted(plural));
    }

    /** Where the definition is checked in. */
    Path file() {
        return file;
    }

    String generate() {
        var tidy = new Tidy(resource);
        new CRDGenerator()
                .customResourceClasses(resource)
                .forCRDVersions("v1")
                .withOutput(new Nowhere())
                .withPostProcessor(tidy)
                .generate();
        try {
            return HEAD.formatted(resource.getName()) + YAML.writeValueAsString(tidy.result);
        } catch (JsonProcessingException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    /** The generator's own writer breaks lines and quotes everything. */
    private static final class Nowhere implements CRDGenerator.CRDOutput<OutputStream> {
        @Override
        public OutputStream outputFor(String name) {
            return OutputStream.nullOutputStream();
        }

        @Override
        public URI crdURI(String name) {
            return Path.of(name).toUri();
        }

        @Override
        public void close() {}
    }

    /** The generator forgets the order of columns, and sees a record's annotations twice: at the field and at its accessor. */
    private static final class Tidy implements CRDPostProcessor {
        private final Class<?> resource;
        private @Nullable HasMetadata result;

        Tidy(Class<?> resource) {
            this.resource = resource;
        }

        @Override
        public HasMetadata process(HasMetadata definition, String version) {
            var crd = (CustomResourceDefinition) definition;
            List<String> order = Arrays.stream(resource.getAnnotationsByType(AdditionalPrinterColumn.class))
                    .map(AdditionalPrinterColumn::name)
                    .toList();
            for (var one : crd.getSpec().getVersions()) {
                one.getAdditionalPrinterColumns()
                        .sort(Comparator.comparing(
                                CustomResourceColumnDefinition::getName, Comparator.comparingInt(order::indexOf)));
                tidy(one.getSchema().getOpenAPIV3Schema());
            }
            result = crd;
            return crd;
        }

        private static void tidy(JSONSchemaProps schema) {
            if (schema.getXKubernetesValidations() != null) {
                schema.setXKubernetesValidations(
                        schema.getXKubernetesValidations().stream().distinct().toList());
            }
            Stream<JSONSchemaProps> inner = Stream.of(
                            schema.getProperties() == null
                                    ? Stream.<JSONSchemaProps>empty()
                                    : schema.getProperties().values().stream(),
                            schema.getItems() == null
                                    ? Stream.<JSONSchemaProps>empty()
                                    : Stream.of(schema.getItems().getSchema()),
                            schema.getAdditionalProperties() == null
                                    ? Stream.<JSONSchemaProps>empty()
                                    : Stream.of(schema.getAdditionalProperties().getSchema()))
                    .flatMap(each -> each);
            inner.forEach(Tidy::tidy);
        }
    }
}
