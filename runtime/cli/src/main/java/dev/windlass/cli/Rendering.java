package dev.windlass.cli;

import dev.windlass.api.InvalidResourceException;
import dev.windlass.api.LlmDeployment;
import dev.windlass.api.ResourceFile;
import dev.windlass.operator.desired.DesiredObjects;
import dev.windlass.operator.desired.Installation;
import dev.windlass.operator.desired.InstallationFile;
import dev.windlass.operator.desired.Manifest;
import dev.windlass.operator.desired.Omissions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Resources to the objects that an operator with these settings would make at first. */
record Rendering(Installation installation) {
    static Rendering of(@Nullable Path settings, @Nullable String image, @Nullable Integer gpus) {
        Installation installation = settings == null ? Installation.STANDARD : InstallationFile.read(settings);
        if (image != null) {
            installation = installation.withImage(image);
        }
        return new Rendering(gpus == null ? installation : installation.withDefaultGpus(gpus));
    }

    /** Prints all of them or, where one cannot be made, none. */
    void print(Path file, @Nullable String namespace, PrintWriter out, PrintWriter err) {
        var objects = new ArrayList<HasMetadata>();
        var desired = new DesiredObjects(installation);
        List<LlmDeployment> resources = ResourceFile.read(file);
        for (LlmDeployment resource : resources) {
            if (namespace != null && resource.getMetadata().getNamespace() == null) {
                resource.getMetadata().setNamespace(namespace);
            }
            try {
                objects.addAll(desired.initial(resource));
            } catch (InvalidResourceException problem) {
                throw new InvalidResourceException("%s: %s: %s".formatted(file, resource.name(), problem.getMessage()));
            }
        }
        resources.forEach(resource -> Omissions.of(resource, installation)
                .forEach(omission -> err.println("windlass: " + resource.name() + ": " + omission)));
        out.print(Manifest.of(objects));
        out.flush();
    }
}
