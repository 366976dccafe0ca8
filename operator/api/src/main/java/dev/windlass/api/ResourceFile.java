package dev.windlass.api;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Reads LlmDeployments from a YAML file, one a document, as strictly as an API server would. */
public final class ResourceFile {
    /** No honest resource comes near it; a file of this size is a mistake. */
    private static final long MAXIMUM_BYTES = 1 << 20;

    private static final ObjectReader READER = new ObjectMapper(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .readerFor(LlmDeployment.class);

    private ResourceFile() {}

    /**
     * Reads every document of the file.
     *
     * @throws InvalidResourceException with file, line and field where it is not what it should be
     */
    public static List<LlmDeployment> read(Path file) {
        try {
            if (Files.size(file) > MAXIMUM_BYTES) {
                throw new InvalidResourceException(
                        "%s: expected a YAML file of at most 1 MiB, got %d bytes".formatted(file, Files.size(file)));
            }
            var found = new ArrayList<LlmDeployment>();
            try (var documents = READER.<LlmDeployment>readValues(file.toFile())) {
                while (documents.hasNextValue()) {
                    found.add(documents.nextValue());
                }
            }
            if (found.isEmpty() || found.contains(null)) {
                throw new InvalidResourceException(file + ": expected an LlmDeployment, got an empty document");
            }
            return found;
        } catch (JacksonException problem) {
            throw new InvalidResourceException(file + describe(problem));
        } catch (NoSuchFileException missing) {
            throw new InvalidResourceException(file + ": no such file");
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private static String describe(JacksonException problem) {
        JsonLocation place = problem.getLocation();
        String line = place == null ? "" : ":" + place.getLineNr();
        String path = problem instanceof JsonMappingException mapping
                ? mapping.getPath().stream()
                        .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                        .collect(Collectors.joining("."))
                : "";
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidResourceException invalid) {
                return line + ": " + invalid.getMessage();
            }
        }
        return line
                + ": "
                + switch (problem) {
                    case UnrecognizedPropertyException unknown ->
                        "%s: no such field; known here are %s".formatted(path, unknown.getKnownPropertyIds());
                    case InvalidFormatException wrong
                    when wrong.getTargetType().isEnum() ->
                        "%s: expected one of %s, got \"%s\""
                                .formatted(
                                        path,
                                        Arrays.toString(wrong.getTargetType().getEnumConstants()),
                                        wrong.getValue());
                    case InvalidFormatException wrong ->
                        "%s: expected %s, got \"%s\""
                                .formatted(path, wrong.getTargetType().getSimpleName(), wrong.getValue());
                    case JsonMappingException mapping -> path + ": " + firstLine(mapping.getOriginalMessage());
                    default -> "not YAML: " + firstLine(problem.getOriginalMessage());
                };
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
