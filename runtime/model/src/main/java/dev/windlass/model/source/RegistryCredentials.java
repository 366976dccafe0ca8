package dev.windlass.model.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.windlass.model.source.ModelSource.Registry;
import dev.windlass.model.source.SourceException.Reason;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a registry is shown: nothing at first, then what it asked for. That is a user and a password, or a token that another
 * server gives for them, or to anybody, for some minutes.
 */
final class RegistryCredentials implements Credentials {
    private static final int MOST_TOKEN_BYTES = 1 << 20;
    private static final Pattern PARAMETER = Pattern.compile("([A-Za-z_]{1,32})=\"([^\"]{0,4096})\"");
    private static final JsonMapper JSON = new JsonMapper();

    private final Registry source;
    private final DockerConfig config;
    private final RetryPolicy policy;
    private final boolean plain;
    private volatile Optional<String> current = Optional.empty();

    /** @param plain whether the registry is spoken to without TLS, so that its tokens may come so too */
    RegistryCredentials(Registry source, DockerConfig config, RetryPolicy policy, boolean plain) {
        this.source = source;
        this.config = config;
        this.policy = policy;
        this.plain = plain;
    }

    @Override
    public Optional<String> authorization() {
        return current;
    }

    @Override
    public synchronized boolean renew(Optional<String> refused, List<String> challenges) throws IOException {
        if (!current.equals(refused)) {
            return true; // somebody else has got one meanwhile
        }
        var known = config.basic(source.host(), source.repository());
        for (var challenge : challenges) {
            var scheme = challenge.strip().split("\\s", 2)[0].toLowerCase(Locale.ROOT);
            if (scheme.equals("bearer")) {
                current = Optional.of("Bearer " + token(parameters(challenge), known));
                return true;
            }
            if (scheme.equals("basic") && known.isPresent() && !known.equals(refused)) {
                current = known;
                return true;
            }
        }
        return false;
    }

    private static Map<String, String> parameters(String challenge) {
        var parameters = new HashMap<String, String>();
        PARAMETER
                .matcher(challenge)
                .results()
                .forEach(match -> parameters.putIfAbsent(match.group(1).toLowerCase(Locale.ROOT), match.group(2)));
        return parameters;
    }

    private String token(Map<String, String> challenge, Optional<String> known) throws IOException {
        var scope = challenge.getOrDefault("scope", "repository:%s:pull".formatted(source.repository()));
        var service = challenge.getOrDefault("service", "");
        var realm = realm(challenge.getOrDefault("realm", ""));
        var query = (service.isEmpty() ? "" : "service=" + encoded(service) + "&") + "scope=" + encoded(scope);
        var address = URI.create(realm + (realm.getRawQuery() == null ? "?" : "&") + query);
        try (var transport = new HttpTransport(source, new Known(known), policy)) {
            var answer = policy.run(source, () -> {
                var sent = transport.send("GET", address, Map.of());
                return sent.status() == 200
                        ? JSON.readTree(HttpTransport.bytes(sent.body(), MOST_TOKEN_BYTES))
                        : JSON.createObjectNode();
            });
            return token(answer);
        }
    }

    private String token(JsonNode answer) {
        var token = answer.path("token").asText(answer.path("access_token").asText(""));
        if (!token.matches("[\\x21-\\x7e]+")) {
            throw new SourceException(Reason.UNAUTHORIZED, source, "its registry's token server gave no token");
        }
        return token;
    }

    /** A password must not leave this machine in the clear because a registry says so. */
    private URI realm(String text) {
        try {
            var realm = URI.create(text);
            boolean isSafe = "https".equals(realm.getScheme()) || (plain && "http".equals(realm.getScheme()));
            if (isSafe && realm.getHost() != null && realm.getRawUserInfo() == null && realm.getRawFragment() == null) {
                return realm;
            }
        } catch (IllegalArgumentException e) {
            throw noRealm(text);
        }
        throw noRealm(text);
    }

    private SourceException noRealm(String text) {
        return new SourceException(
                Reason.UNAUTHORIZED,
                source,
                "its registry sends for a token to \"%s\", expected https://…".formatted(text));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String advice() {
        if (config.basic(source.host(), source.repository()).isPresent()) {
            return "what %s has for %s may not read it".formatted(config.file(), source.host());
        }
        var helper = config.helper(source.host());
        return helper.isPresent()
                ? "it is private or misspelt; %s leaves %s to the credential helper %s, and helpers are not run: write an entry into its auths"
                        .formatted(config.file(), source.host(), helper.get())
                : "it is private or misspelt; say who asks %s in the auths of %s"
                        .formatted(source.host(), config.file());
    }

    /** At the token's server, which is another one. */
    private final class Known implements Credentials {
        private final Optional<String> known;

        Known(Optional<String> known) {
            this.known = known;
        }

        @Override
        public Optional<String> authorization() {
            return known;
        }

        @Override
        public String advice() {
            return RegistryCredentials.this.advice();
        }
    }
}
