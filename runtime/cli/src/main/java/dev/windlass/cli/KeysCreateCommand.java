package dev.windlass.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.windlass.policy.keys.KeySecret;
import dev.windlass.policy.keys.NewKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "create",
        description = {
            "Makes a key, shows it once, and writes the Secret that lets it in: with its digest, not with the key.",
            "The Secret goes to standard output and the key to standard error, or, with --output, the Secret to a file and"
                    + " the key to standard output."
        },
        footer = {
            "",
            "Examples:",
            "  windlass keys create alice --namespace chat | kubectl apply -f -",
            "  windlass keys create ci --models small,tiny --expires 90d --requests-per-minute 5 --output ci.yaml",
            "  windlass serve examples/demo.yaml --keys ci.yaml"
        })
final class KeysCreateCommand implements Callable<Integer> {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern DAYS = Pattern.compile("([0-9]{1,5})d");

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            paramLabel = "NAME",
            description = "What the key is called in logs, quotas and metrics; the Secret's name.")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Option(
            names = "--models",
            paramLabel = "MODEL",
            split = ",",
            description = "The names of the models that it may use (default: all that let it in).")
    private List<String> models = List.of();

    @Option(names = "--namespace", description = "The Secret's namespace, which is that of the models.")
    private @Nullable String namespace;

    @Option(
            names = "--label",
            paramLabel = "KEY=VALUE",
            description = "A label for spec.auth.selector, besides windlass.dev/keys=true; may be repeated.")
    private Map<String, String> labels = Map.of();

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            description = "When it ends: in days, as 90d, or at a time, as 2027-01-31T00:00:00Z (default: never).")
    private @Nullable String expires;

    @Option(names = "--requests-per-minute", paramLabel = "N", description = "A quota of its own; 0 is no limit.")
    private @Nullable Long requestsPerMinute;

    @Option(names = "--tokens-per-minute", paramLabel = "N", description = "Likewise.")
    private @Nullable Long tokensPerMinute;

    @Option(names = "--tokens-per-day", paramLabel = "N", description = "Likewise.")
    private @Nullable Long tokensPerDay;

    @Option(names = "--concurrent", paramLabel = "N", description = "How many requests it may have at once.")
    private @Nullable Long concurrent;

    @Option(names = "--output", paramLabel = "FILE", description = "A new file for the Secret.")
    private @Nullable Path output;

    @Override
    public Integer call() throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "NAME: expected at most 63 lower-case letters, digits and dashes, got \"%s\"".formatted(name));
        }
        var key = NewKey.make(new SecureRandom());
        String secret = secret(key);
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        if (output == null) {
            out.print(secret);
            err.printf("windlass: the key \"%s\", which is shown this once: %s%n", name, key.reveal());
        } else {
            write(output, secret);
            out.println(key.reveal());
            err.printf("windlass: %s has the Secret; the key is shown this once%n", output);
        }
        out.flush();
        err.flush();
        return ExitCode.OK;
    }

    private static void write(Path file, String secret) throws IOException {
        try {
            Files.writeString(file, secret, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw new IllegalArgumentException(file + ": expected a new file, got one that is there", e);
        }
    }

    private String secret(NewKey key) {
        var allLabels = new LinkedHashMap<String, String>();
        allLabels.put(KeySecret.LABEL, "true");
        allLabels.putAll(labels);
        var fields = fields(key);
        // What would be refused when it is read is refused now.
        var _ = KeySecret.of(namespace == null ? "default" : namespace, name, allLabels, fields);
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("name", name);
        if (namespace != null) {
            metadata.put("namespace", namespace);
        }
        metadata.put("labels", allLabels);
        var document = new LinkedHashMap<String, Object>();
        document.put("apiVersion", "v1");
        document.put("kind", "Secret");
        document.put("metadata", metadata);
        document.put("type", "Opaque");
        document.put("stringData", fields);
        try {
            return YAMLMapper.builder()
                    .disable(YAMLGenerator.Feature.SPLIT_LINES)
                    .build()
                    .writeValueAsString(document);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Map<String, String> fields(NewKey key) {
        var fields = new LinkedHashMap<String, String>();
        fields.put(KeySecret.SHA256, key.digest().hex());
        if (!models.isEmpty()) {
            fields.put(KeySecret.MODELS, String.join(",", models));
        }
        if (expires != null) {
            fields.put(KeySecret.EXPIRES, time(expires).toString());
        }
        put(fields, KeySecret.REQUESTS_PER_MINUTE, requestsPerMinute);
        put(fields, KeySecret.TOKENS_PER_MINUTE, tokensPerMinute);
        put(fields, KeySecret.TOKENS_PER_DAY, tokensPerDay);
        put(fields, KeySecret.CONCURRENT, concurrent);
        return fields;
    }

    private static void put(Map<String, String> fields, String field, @Nullable Long number) {
        if (number != null) {
            fields.put(field, number.toString());
        }
    }

    private Instant time(String written) {
        var days = DAYS.matcher(written);
        try {
            return days.matches()
                    ? Instant.now()
                            .plus(Duration.ofDays(Long.parseLong(days.group(1))))
                            .truncatedTo(ChronoUnit.SECONDS)
                    : Instant.parse(written);
        } catch (DateTimeException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--expires: expected days, as 90d, or a time, as 2027-01-31T00:00:00Z, got \"%s\""
                            .formatted(written),
                    e);
        }
    }
}
