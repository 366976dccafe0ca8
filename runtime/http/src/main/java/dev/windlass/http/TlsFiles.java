package dev.windlass.http;

import java.nio.file.Path;

/**
 * What a server shows clients to prove who it is, in PEM; mounted from a Secret, or put there by whoever renews certificates.
 *
 * @param certificate with the chain to its authority behind it
 * @param key in PKCS #8, or an RSA key in PKCS #1
 */
public record TlsFiles(Path certificate, Path key) {}
