package dev.windlass.http;

import io.helidon.common.socket.PeerInfo;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a client showed in its handshake, and whether that is believed. A session that was resumed, and a connection that lives long, were checked
 * when others were trusted, so that each request asks; only what changed is worked out anew.
 *
 * <p>Confined to the connection's thread.
 */
final class ClientCertificate {
    private final PeerInfo peer;
    private final Supplier<Optional<Authorities>> authorities;
    private @Nullable Authorities asked;
    private Optional<Identity> answer = Optional.empty();
    private Instant expires = Instant.MIN;

    ClientCertificate(PeerInfo peer, Supplier<Optional<Authorities>> authorities) {
        this.peer = peer;
        this.authorities = authorities;
    }

    Optional<Identity> identity() {
        var now = authorities.get().orElse(null);
        if (now == null) {
            return Optional.empty();
        }
        if (now != asked) {
            var shown = peer.tlsCertificates();
            answer = shown.flatMap(now::identify);
            expires = shown.isPresent() && shown.get()[0] instanceof X509Certificate own
                    ? own.getNotAfter().toInstant()
                    : Instant.MIN;
            asked = now;
        }
        return answer.filter(_ -> Instant.now().isBefore(expires));
    }

    String describe() {
        return peer.tlsCertificates()
                .filter(shown -> shown[0] instanceof X509Certificate)
                .map(shown -> "one of " + Identity.describe((X509Certificate) shown[0]))
                .orElse("none");
    }
}
