package dev.windlass.operator.desired;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.windlass.api.InvalidResourceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads an installation's settings from YAML; what the file leaves out is the standard. */
public final class InstallationFile {
    private static final ObjectReader READER = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build()
            .readerFor(Installation.class);

    private InstallationFile() {}

    /** @throws InvalidResourceException with the file and what is wrong in it */
    public static Installation read(Path file) {
        try {
            Installation found = READER.readValue(Files.readString(file));
            return found == null ? Installation.STANDARD : found;
        } catch (UnrecognizedPropertyException unknown) {
            throw new InvalidResourceException("%s: %s: no such setting; known here are %s"
                    .formatted(file, unknown.getPropertyName(), unknown.getKnownPropertyIds()));
        } catch (JsonProcessingException problem) {
            throw new InvalidResourceException(file + ": " + Json.firstLine(problem));
        } catch (NoSuchFileException missing) {
            throw new InvalidResourceException(file + ": no such file");
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }
}
