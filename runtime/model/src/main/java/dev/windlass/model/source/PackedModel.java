package dev.windlass.model.source;

import dev.windlass.model.ModelFiles;
import dev.windlass.model.artifact.Artifact;
import dev.windlass.model.source.PackedFile.Entry;
import dev.windlass.model.source.SourceException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A model somewhere in an archive, or in the layers of an image, of which a later one may replace and remove what an earlier
 * one has.
 */
final class PackedModel {
    private static final String CONFIG = "config.json";
    /** How a layer says that a file of an earlier one is gone, and that a whole folder is. */
    private static final String GONE = ".wh.";

    private static final String ALL_GONE = ".wh..wh..opq";
    private static final long MARGIN_BYTES = 64 << 20;

    private final Object source;
    private final List<PackedFile> layers;

    PackedModel(Object source, List<PackedFile> layers) {
        this.source = source;
        this.layers = List.copyOf(layers);
    }

    /** Where an entry was seen last. */
    private record Place(int layer, int position, Entry entry) {}

    /**
     * Takes the model's files, and nothing else, out of the folder that has them.
     *
     * @return their names
     */
    Set<String> extract(Path directory) throws IOException {
        var places = places();
        var folder = folder(places);
        var wanted = new TreeMap<String, Place>();
        places.forEach((name, place) -> {
            var rest = name.startsWith(folder) ? name.substring(folder.length()) : "/";
            if (RemoteFile.isName(rest) && isNeeded(rest) && place.entry().type() != Entry.Type.FOLDER) {
                wanted.put(name, requireFile(place));
            }
        });
        var names = new TreeSet<String>();
        for (int i = 0; i < layers.size(); i++) {
            int layer = i;
            if (wanted.values().stream().anyMatch(place -> place.layer() == layer)) {
                var counter = new Counter();
                layers.get(i).read((entry, content) -> {
                    int position = counter.next();
                    var place = wanted.get(entry.name());
                    if (place != null && place.layer() == layer && place.position() == position) {
                        var name = entry.name().substring(folder.length());
                        write(entry, content, directory, name);
                        names.add(name);
                    }
                });
            }
        }
        return names;
    }

    private Map<String, Place> places() throws IOException {
        var places = new TreeMap<String, Place>();
        for (int i = 0; i < layers.size(); i++) {
            int layer = i;
            var counter = new Counter();
            var gone = new HashSet<String>();
            layers.get(i).read((entry, _) -> {
                int position = counter.next();
                if (!remove(places, layer, entry.name(), gone)) {
                    places.put(entry.name(), new Place(layer, position, entry));
                }
            });
        }
        return places;
    }

    /**
     * Whether an entry is only there to say that others are gone.
     *
     * @param known what this layer has said so before
     */
    private static boolean remove(TreeMap<String, Place> places, int layer, String name, Set<String> known) {
        int slash = name.lastIndexOf('/') + 1;
        var last = name.substring(slash);
        if (!last.startsWith(GONE)) {
            return false;
        }
        var folder = name.substring(0, slash);
        var gone = last.equals(ALL_GONE) ? folder : folder + last.substring(GONE.length());
        if (known.add(gone)) {
            var inside = gone.isEmpty() || gone.endsWith("/") ? gone : gone + "/";
            var after = inside.isEmpty() ? "\uffff" : inside.substring(0, inside.length() - 1) + (char) ('/' + 1);
            places.subMap(inside, after).values().removeIf(place -> place.layer() < layer);
            places.computeIfPresent(gone, (_, place) -> place.layer() < layer ? null : place);
        }
        return true;
    }

    private String folder(Map<String, Place> places) {
        return folder(
                source,
                places.entrySet().stream()
                        .filter(one -> one.getValue().entry().type() == Entry.Type.FILE)
                        .map(Map.Entry::getKey)
                        .toList());
    }

    /**
     * The folder with the outermost config.json, empty or with a slash behind it; in an image, where much else may lie, rather
     * the root or one of /models.
     */
    static String folder(Object source, Collection<String> files) {
        var folders = files.stream()
                .filter(name -> name.equals(CONFIG) || name.endsWith("/" + CONFIG))
                .map(name -> name.substring(0, name.length() - CONFIG.length()))
                .sorted()
                .toList();
        var likely = folders.stream()
                .filter(folder -> folder.isEmpty() || folder.startsWith("models/"))
                .toList();
        var candidates = likely.isEmpty() ? folders : likely;
        long depth = candidates.stream().mapToLong(PackedModel::depth).min().orElse(0);
        var outermost =
                candidates.stream().filter(folder -> depth(folder) == depth).toList();
        if (outermost.size() == 1) {
            return outermost.getFirst();
        }
        throw new SourceException(
                Reason.NOT_FOUND,
                source,
                outermost.isEmpty()
                        ? "there is no config.json in it"
                        : "expected one model in it, found one in %s and one in %s"
                                .formatted(outermost.get(0), outermost.get(1)));
    }

    private static long depth(String folder) {
        return folder.chars().filter(c -> c == '/').count();
    }

    private static boolean isNeeded(String name) {
        return ModelFiles.isSupporting(name) || ModelFiles.isWeights(name) || name.equals(Artifact.MANIFEST);
    }

    private Place requireFile(Place place) {
        if (place.entry().type() == Entry.Type.OTHER) {
            throw new SourceException(
                    Reason.DAMAGED,
                    source,
                    "%s in it is a link or a device; only files are read"
                            .formatted(place.entry().name()));
        }
        return place;
    }

    private static void write(Entry entry, InputStream content, Path directory, String name) throws IOException {
        long free = Files.getFileStore(directory).getUsableSpace();
        if (entry.bytes() + MARGIN_BYTES > free) {
            throw new SourceException(
                    Reason.NO_SPACE,
                    directory,
                    "%s takes %d MB, and the disk has %d MB left"
                            .formatted(entry.name(), entry.bytes() >> 20, free >> 20));
        }
        var target = directory.resolve(name);
        Files.createDirectories(target.getParent());
        Files.copy(content, target, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Tells entries of one name apart. */
    private static final class Counter {
        private int count;

        int next() {
            return count++;
        }
    }
}
