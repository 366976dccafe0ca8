package dev.windlass.operator.status;

import dev.windlass.operator.certificates.CertificateWord.Failing;
import dev.windlass.operator.certificates.CertificateWord.Issued;
import dev.windlass.operator.certificates.CertificateWord.Missing;
import dev.windlass.operator.certificates.CertificateWord.NotWanted;
import dev.windlass.operator.desired.RuntimeTls;
import dev.windlass.operator.observe.Pods;
import dev.windlass.operator.observe.Seen;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is said of TLS between gateways and pods. Nobody may believe in it where a pod speaks plain HTTP. */
record TlsWord(boolean isReady, String reason, String message) {
    /** Null where the installation does without. */
    static @Nullable TlsWord of(Situation situation) {
        String secret = RuntimeTls.secretName(situation.resource());
        return switch (situation.tls().certificate()) {
            case NotWanted() -> null;
            case Missing(String reason, String message) -> new TlsWord(false, reason, message);
            case Failing(Instant end, String reason, String message) ->
                new TlsWord(false, reason, "%s; the certificate that is there ends on %s".formatted(message, day(end)));
            case Issued(Instant end) ->
                rolled(situation, "the certificate of Secret %s is good until %s".formatted(secret, day(end)));
        };
    }

    private static TlsWord rolled(Situation situation, String issued) {
        List<Pod> pods = situation.seen().pods().stream()
                .filter(pod -> !Seen.hash(pod).isEmpty() && !Pods.isTerminating(pod) && !Pods.hasEnded(pod))
                .toList();
        long able = pods.stream().filter(RuntimeTls::isSpokenBy).count();
        if (able == pods.size()) {
            return new TlsWord(true, "Issued", issued);
        }
        String obstacle = situation.tls().gatewayObstacle();
        return obstacle == null
                ? new TlsWord(false, "Rolling", "%d of %d pods speak TLS".formatted(able, pods.size()))
                : new TlsWord(false, "GatewaysNotReady", "pods speak plain HTTP as yet: " + obstacle);
    }

    private static String day(Instant instant) {
        return instant.atZone(ZoneOffset.UTC).toLocalDate().toString();
    }
}
