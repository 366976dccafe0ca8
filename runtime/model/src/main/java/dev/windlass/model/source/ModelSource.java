package dev.windlass.model.source;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/** Where a model is, as people write it. */
public sealed interface ModelSource {
    /**
     * A repository of a hub that speaks Hugging Face's API: {@code hf://org/name[@revision][/folder]}.
     *
     * @param revision a branch, a tag or a commit
     * @param folder empty for the repository's root
     */
    record Hub(String repository, String revision, String folder) implements ModelSource {
        @Override
        public String toString() {
            return "hf://" + repository + (revision.equals("main") ? "" : "@" + revision)
                    + (folder.isEmpty() ? "" : "/" + folder);
        }
    }

    /**
     * Objects of a bucket: {@code s3://bucket/prefix}.
     *
     * @param prefix without slashes at its ends
     */
    record Bucket(String bucket, String prefix) implements ModelSource {
        @Override
        public String toString() {
            return "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix);
        }
    }

    /**
     * A web address: of an archive ({@code .zip}, {@code .tar}, {@code .tar.gz}, {@code .tgz}), or of a directory whose
     * files have the names that Hugging Face gives them, since web servers list no directories.
     */
    record Web(URI address) implements ModelSource {
        public Web {
            Objects.requireNonNull(address, "address");
        }

        @Override
        public String toString() {
            return address.toString();
        }
    }

    /**
     * A repository of a registry that speaks the OCI distribution protocol: {@code oci://registry/repository:tag}, or
     * {@code @sha256:…} in place of the tag or after it.
     *
     * @param host with its port, where it has one
     * @param digest of a manifest or an index, with {@code sha256:} before it; empty where the tag says what is meant
     */
    record Registry(String host, String repository, String tag, String digest) implements ModelSource {
        static final String USUAL_TAG = "latest";

        /** What a registry is asked for. */
        String reference() {
            return digest.isEmpty() ? tag : digest;
        }

        @Override
        public String toString() {
            return "oci://" + host + "/" + repository
                    + (tag.equals(USUAL_TAG) ? "" : ":" + tag)
                    + (digest.isEmpty() ? "" : "@" + digest);
        }
    }

    /** A directory of this machine: a path, or {@code file:///path}. */
    record Local(Path directory) implements ModelSource {
        public Local {
            Objects.requireNonNull(directory, "directory");
        }

        @Override
        public String toString() {
            return directory.toString();
        }
    }

    /** A directory of a volume in a cluster: {@code pvc://claim/path}. */
    record Claim(String claim, String path) implements ModelSource {
        @Override
        public String toString() {
            return "pvc://" + claim + (path.isEmpty() ? "" : "/" + path);
        }
    }

    /** @throws IllegalArgumentException when the text is no source, with a message of one line */
    static ModelSource parse(String text) {
        int colon = text.indexOf("://");
        if (colon < 0) {
            return local(text, text);
        }
        var rest = text.substring(colon + 3);
        return switch (text.substring(0, colon).toLowerCase(Locale.ROOT)) {
            case "hf" -> Syntax.hub(text, rest);
            case "s3" -> Syntax.bucket(text, rest);
            case "pvc" -> Syntax.claim(text, rest);
            case "oci" -> Syntax.registry(text, rest);
            case "http", "https" -> Syntax.web(text);
            case "file" -> local(text, Syntax.filePath(text));
            default -> throw Syntax.expected("hf://, s3://, oci://, https://, file://, pvc:// or a directory", text);
        };
    }

    private static ModelSource local(String text, String path) {
        try {
            if (path.isBlank()) {
                throw Syntax.expected("a directory", text);
            }
            return new Local(Path.of(path));
        } catch (InvalidPathException e) {
            throw Syntax.expected("a directory", text);
        }
    }

    /** The rules of each scheme. */
    final class Syntax {
        private static final String NAME = "[A-Za-z0-9_][A-Za-z0-9._-]{0,127}";
        private static final Pattern HUB =
                Pattern.compile("(%1$s(?:/%1$s)?)(?:@(refs/pr/[0-9]{1,9}|%1$s))?((?:/%1$s){0,16})/?".formatted(NAME));
        private static final Pattern HUB_WITH_FOLDER =
                Pattern.compile("(%1$s/%1$s)((?:/%1$s){1,16})/?".formatted(NAME));
        private static final Pattern BUCKET =
                Pattern.compile("([a-z0-9][a-z0-9.-]{1,62})((?:/[^/\\p{Cntrl}]{1,255}){0,32})/?");
        private static final Pattern CLAIM =
                Pattern.compile("([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)((?:/%s){0,32})/?".formatted(NAME));

        private static final String COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
        private static final Pattern REGISTRY = Pattern.compile(
                "([A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})(?::[0-9]{1,5})?)/(%1$s(?:/%1$s)*)(?::([A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?"
                        .formatted(COMPONENT));
        private static final int LONGEST_REPOSITORY = 255;

        private Syntax() {}

        static ModelSource hub(String text, String rest) {
            var folder = HUB_WITH_FOLDER.matcher(rest);
            if (folder.matches()) {
                return new Hub(folder.group(1), "main", folder.group(2).substring(1));
            }
            var match = HUB.matcher(rest);
            if (!match.matches() || rest.contains("..")) {
                throw expected("hf://org/name[@revision][/folder]", text);
            }
            var revision = Objects.requireNonNullElse(match.group(2), "main");
            return new Hub(match.group(1), revision, match.group(3).replaceFirst("^/", ""));
        }

        static ModelSource bucket(String text, String rest) {
            var match = BUCKET.matcher(rest);
            if (!match.matches()) {
                throw expected("s3://bucket/prefix", text);
            }
            return new Bucket(match.group(1), match.group(2).replaceFirst("^/", ""));
        }

        static ModelSource claim(String text, String rest) {
            var match = CLAIM.matcher(rest);
            if (!match.matches() || rest.contains("..")) {
                throw expected("pvc://claim/path", text);
            }
            return new Claim(match.group(1), match.group(3).replaceFirst("^/", ""));
        }

        static ModelSource registry(String text, String rest) {
            var match = REGISTRY.matcher(rest);
            if (!match.matches() || match.group(2).length() > LONGEST_REPOSITORY) {
                throw expected("oci://registry/repository:tag or oci://registry/repository@sha256:…", text);
            }
            return new Registry(
                    match.group(1).toLowerCase(Locale.ROOT),
                    match.group(2),
                    Objects.requireNonNullElse(match.group(3), Registry.USUAL_TAG),
                    Objects.requireNonNullElse(match.group(4), ""));
        }

        static ModelSource web(String text) {
            try {
                var address = new URI(text);
                if (address.getHost() == null || address.getRawUserInfo() != null || address.getRawFragment() != null) {
                    throw expected("https://host/path without a user and a fragment", text);
                }
                return new Web(address);
            } catch (URISyntaxException e) {
                throw expected("https://host/path", text);
            }
        }

        static String filePath(String text) {
            try {
                var address = new URI(text);
                if (address.getPath() != null
                        && (address.getHost() == null || address.getHost().equals("localhost"))) {
                    return address.getPath();
                }
            } catch (URISyntaxException e) {
                throw expected("file:///path", text);
            }
            throw expected("file:///path", text);
        }

        static IllegalArgumentException expected(String what, String found) {
            return new IllegalArgumentException("model source: expected %s, found \"%s\"".formatted(what, found));
        }
    }
}
