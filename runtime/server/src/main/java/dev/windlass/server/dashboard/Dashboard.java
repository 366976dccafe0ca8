package dev.windlass.server.dashboard;

import dev.windlass.http.Routes;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * {@code GET /dashboard}: one page, whole in itself, that reads {@code /metrics} in the browser and draws it. The browser is
 * told the digests of its script and its style and runs no other, whatever a model is called.
 */
public final class Dashboard {
    public static final String PATH = "/dashboard";

    private static final Pattern STYLE = Pattern.compile("<style>(.*?)</style>", Pattern.DOTALL);
    private static final Pattern SCRIPT = Pattern.compile("<script>(.*?)</script>", Pattern.DOTALL);

    private final byte[] page;
    private final String policy;

    private Dashboard(byte[] page, String policy) {
        this.page = page;
        this.policy = policy;
    }

    /** The page as it lies beside this class. */
    public static Dashboard load() {
        try (var file = Dashboard.class.getResourceAsStream("dashboard.html")) {
            byte[] page = Objects.requireNonNull(file, "dashboard.html").readAllBytes();
            String text = new String(page, StandardCharsets.UTF_8);
            return new Dashboard(
                    page,
                    "default-src 'none'; connect-src 'self'; img-src data:; style-src 'sha256-%s'; script-src 'sha256-%s'; "
                                    .formatted(digest(STYLE, text), digest(SCRIPT, text))
                            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(Pattern block, String page) {
        var found = block.matcher(page);
        if (!found.find()) {
            throw new IllegalStateException("dashboard.html: expected " + block);
        }
        try {
            byte[] text = found.group(1).getBytes(StandardCharsets.UTF_8);
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    public void register(Routes routes) {
        routes.get(PATH, this::show);
    }

    private void show(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
        response.header(HeaderNames.create("Content-Security-Policy"), policy);
        response.header(HeaderNames.create("X-Content-Type-Options"), "nosniff");
        response.header(HeaderNames.create("Referrer-Policy"), "no-referrer");
        response.header(HeaderNames.CACHE_CONTROL, "no-cache");
        response.send(page);
    }
}
