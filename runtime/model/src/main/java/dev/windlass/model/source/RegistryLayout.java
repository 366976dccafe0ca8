package dev.windlass.model.source;

import dev.windlass.model.source.PackedFile.Kind;
import dev.windlass.model.source.RegistryDocument.Layer;
import dev.windlass.model.source.SourceException.Reason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the layers of a manifest are: files as ORAS and ModelPack store them, each with its path in an annotation, or packed
 * ones, as of an image. Pure.
 */
record RegistryLayout(List<Part> parts) {
    private static final String TITLE = "org.opencontainers.image.title";
    private static final String FILE_PATH = "org.cncf.model.filepath";
    /** ORAS packs folders, and says so. */
    private static final String PACKED_FOLDER = "io.deis.oras.content.unpack";

    private static final String MODEL_PACK = "application/vnd.cncf.model.";

    RegistryLayout {
        parts = List.copyOf(parts);
    }

    /** @param path of a file that is not packed; else empty */
    record Part(Layer layer, Kind kind, String path) {}

    static RegistryLayout of(Object source, RegistryDocument.Manifest manifest) {
        var parts = new ArrayList<Part>();
        var paths = new HashSet<String>();
        for (var layer : manifest.layers()) {
            var path = path(layer);
            if (isLoose(layer, path)) {
                var inside = PackedFile.inside(path);
                if (inside == null || inside.chars().anyMatch(Character::isISOControl)) {
                    throw new SourceException(Reason.DAMAGED, source, "has a file outside of it: " + path);
                }
                if (!paths.add(inside)) {
                    throw new SourceException(Reason.DAMAGED, source, "has two files of the name " + inside);
                }
                boolean packed = PackedFile.isNamedLikeOne(inside);
                parts.add(new Part(layer, packed ? Kind.of(inside) : Kind.LOOSE, packed ? "" : inside));
            } else if (isPacked(source, layer)) {
                parts.add(new Part(layer, layer.mediaType().endsWith("tar") ? Kind.TAR : Kind.TAR_GZIP, ""));
            }
        }
        return new RegistryLayout(parts);
    }

    private static String path(Layer layer) {
        var annotations = layer.annotations();
        return annotations.getOrDefault(FILE_PATH, annotations.getOrDefault(TITLE, ""));
    }

    /** ORAS gives plain files the media type of a packed layer, so that what is annotated decides; ModelPack does not. */
    private static boolean isLoose(Layer layer, String path) {
        if (path.isEmpty()) {
            return false;
        }
        return layer.mediaType().startsWith(MODEL_PACK)
                ? layer.mediaType().endsWith(".raw")
                : !layer.annotations().getOrDefault(PACKED_FOLDER, "").equals("true");
    }

    private static boolean isPacked(Object source, Layer layer) {
        var type = layer.mediaType();
        boolean isDataset = type.startsWith(MODEL_PACK + "dataset.");
        if (type.endsWith("zstd") && !isDataset) {
            throw new SourceException(
                    Reason.UNSUPPORTED, source, "a layer is %s; gzip and plain tar are read".formatted(type));
        }
        return !isDataset && (type.endsWith("tar") || type.endsWith("tar+gzip") || type.endsWith("tar.gzip"));
    }

    /** Whether every file is a layer of its own, so that those not needed need not be fetched. */
    boolean isLoose() {
        return parts.stream().allMatch(part -> part.kind() == Kind.LOOSE);
    }

    /** The files of a loose layout by their names in the model's folder. */
    Map<String, Part> files(Object source) {
        var folder = PackedModel.folder(source, parts.stream().map(Part::path).toList());
        var files = new TreeMap<String, Part>();
        for (var part : parts) {
            if (part.path().startsWith(folder)) {
                files.put(part.path().substring(folder.length()), part);
            }
        }
        return files;
    }
}
