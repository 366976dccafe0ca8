package dev.windlass.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.windlass.operator.certificates.CertificateSecret.Content;
import dev.windlass.operator.certificates.Issuance;
import dev.windlass.operator.certificates.KeyedCertificate;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ShownTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Instant DUE = NOW.plus(Duration.ofDays(300));

    private final KeyedCertificate first = Issuance.ofService("metrics", "ns", NOW);
    private final KeyedCertificate second = Issuance.ofService("metrics", "ns", DUE);

    @Test
    void theFirstIsShownAtOnce() {
        assertThat(Rotation.shown(new Content(first, null), null, NOW)).isEqualTo(first);
    }

    @Test
    void anotherIsShownOnlyWhenAllHaveHeardOfIt() {
        var next = new Content(second, first);
        Instant heard = DUE.plus(Rotation.UNTIL_HEARD);

        assertThat(Rotation.shown(next, null, heard.plus(Duration.ofDays(1)))).isEqualTo(first);
        assertThat(Rotation.shown(next, DUE, heard.minusMillis(1))).isEqualTo(first);
        assertThat(Rotation.shown(next, DUE, heard)).isEqualTo(second);
        assertThat(Rotation.shown(next, null, NOW.plus(Duration.ofDays(366))))
                .as("the old one is over")
                .isEqualTo(second);
    }
}
