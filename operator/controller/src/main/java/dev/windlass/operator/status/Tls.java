package dev.windlass.operator.status;

import dev.windlass.operator.certificates.CertificateWord;
import org.jspecify.annotations.Nullable;

/**
 * What is known of TLS between gateways and a resource's pods.
 *
 * @param gatewayObstacle why no pod is rolled to it yet; null where they are
 */
public record Tls(CertificateWord certificate, @Nullable String gatewayObstacle) {}
