package dev.windlass.onnx.ffi;

import dev.windlass.onnx.ffi.OnnxException.Code;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/**
 * Finds ONNX Runtime's shared library: the one {@code WINDLASS_ONNXRUNTIME_LIBRARY} names, or the one inside Microsoft's
 * jar on the class path, extracted once to a cache directory ({@code WINDLASS_CACHE}, or {@code windlass} in
 * {@code XDG_CACHE_HOME} or {@code ~/.cache}).
 */
public final class NativeLibrary {
    private static final String OVERRIDE = "WINDLASS_ONNXRUNTIME_LIBRARY";

    private final Map<String, String> environment;
    private final Platform platform;
    private final Path home;

    NativeLibrary(Map<String, String> environment, String system, String architecture, Path home) {
        this.environment = Map.copyOf(environment);
        this.platform = Platform.of(system, architecture);
        this.home = home;
    }

    /** For this process's platform and environment. */
    public static NativeLibrary ofProcess() {
        return new NativeLibrary(
                System.getenv(),
                System.getProperty("os.name", ""),
                System.getProperty("os.arch", ""),
                Path.of(System.getProperty("user.home", "")));
    }

    /** @throws OnnxException when the platform has no library, or it cannot be read or extracted */
    public Path locate() {
        String override = environment.getOrDefault(OVERRIDE, "");
        if (!override.isEmpty()) {
            Path file = Path.of(override);
            if (!Files.isRegularFile(file)) {
                throw unusable("%s: expected a file, found none at %s".formatted(OVERRIDE, file), null);
            }
            return file;
        }
        String resource = "/ai/onnxruntime/native/%s/%s".formatted(platform.directory(), platform.file());
        URL url = NativeLibrary.class.getResource(resource);
        if (url == null) {
            throw unusable(
                    "expected ONNX Runtime for %s on the class path, found no %s; set %s to a library of your own"
                            .formatted(platform.directory(), resource, OVERRIDE),
                    null);
        }
        try {
            return url.openConnection() instanceof JarURLConnection jar ? extracted(jar) : Path.of(url.toURI());
        } catch (IOException | java.net.URISyntaxException cause) {
            throw unusable("%s could not be extracted: %s".formatted(url, cause.getMessage()), cause);
        }
    }

    private Path extracted(JarURLConnection jar) throws IOException {
        Attributes manifest = jar.getMainAttributes();
        String version = manifest == null ? null : manifest.getValue(Attributes.Name.IMPLEMENTATION_VERSION);
        Path directory = cache().resolve("native")
                .resolve("onnxruntime-%s-%s".formatted(version == null ? "unknown" : version, platform.directory()));
        Path file = directory.resolve(platform.file());
        ZipEntry entry = jar.getJarEntry();
        if (!isIntact(file, entry)) {
            Files.createDirectories(directory);
            Path partial = Files.createTempFile(directory, platform.file(), ".partial");
            try {
                try (InputStream content = jar.getInputStream()) {
                    Files.copy(content, partial, StandardCopyOption.REPLACE_EXISTING);
                }
                if (!isIntact(partial, entry)) {
                    throw new IOException(
                            "the copy at %s differs from the jar's: is the disk full?".formatted(partial));
                }
                Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(partial);
            }
        }
        return file;
    }

    private static boolean isIntact(Path file, ZipEntry entry) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) != entry.getSize()) {
            return false;
        }
        var checksum = new CRC32();
        byte[] buffer = new byte[1 << 16];
        try (var content = new CheckedInputStream(Files.newInputStream(file), checksum)) {
            while (content.read(buffer) >= 0) {
                continue;
            }
        }
        return checksum.getValue() == entry.getCrc();
    }

    private Path cache() {
        String own = environment.getOrDefault("WINDLASS_CACHE", "");
        if (!own.isEmpty()) {
            return Path.of(own);
        }
        String shared = environment.getOrDefault("XDG_CACHE_HOME", "");
        return (shared.isEmpty() ? home.resolve(".cache") : Path.of(shared)).resolve("windlass");
    }

    private static OnnxException unusable(String message, @Nullable Throwable cause) {
        return cause == null
                ? new OnnxException(Code.LIBRARY_UNUSABLE, message)
                : new OnnxException(Code.LIBRARY_UNUSABLE, message, cause);
    }

    /** Where the jar keeps a platform's library, and under which name. */
    private record Platform(String directory, String file) {
        static Platform of(String system, String architecture) {
            String name = system.toLowerCase(Locale.ROOT);
            String processor = switch (architecture.toLowerCase(Locale.ROOT)) {
                case "amd64", "x86_64" -> "x64";
                case "aarch64", "arm64" -> "aarch64";
                default -> architecture;
            };
            if (name.startsWith("linux")) {
                return new Platform("linux-" + processor, "libonnxruntime.so");
            }
            if (name.startsWith("mac")) {
                return new Platform("osx-" + processor, "libonnxruntime.dylib");
            }
            return new Platform((name.startsWith("windows") ? "win-" : name + "-") + processor, "onnxruntime.dll");
        }
    }
}
