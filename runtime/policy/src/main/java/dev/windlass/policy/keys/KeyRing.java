package dev.windlass.policy.keys;

import dev.windlass.api.LimitsSpec.Quota;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * All keys of all Secrets at one moment.
 *
 * <p>A key is found by the HMAC of its digest under a secret of this process. How long a search in a map takes depends on the keys'
 * beginnings; but of an HMAC nobody outside can choose or know the beginning, so that many tries, however they are timed, say nothing of the
 * digests that are there. What is found is compared as a whole and in constant time.
 */
public final class KeyRing {
    private static final String ALGORITHM = "HmacSHA256";
    private static final SecretKeySpec SECRET = secret();

    public static final KeyRing EMPTY = KeyRing.of(List.of());

    private final Map<ByteBuffer, List<Entry>> entries;
    private final Map<String, List<KeySecret>> secrets;

    private KeyRing(Map<ByteBuffer, List<Entry>> entries, Map<String, List<KeySecret>> secrets) {
        this.entries = entries;
        this.secrets = secrets;
    }

    private record Entry(KeySecret secret, StoredKey key) {}

    public static KeyRing of(Collection<KeySecret> secrets) {
        Map<ByteBuffer, List<Entry>> entries = new HashMap<>();
        for (var secret : secrets) {
            for (var key : secret.keys()) {
                entries.computeIfAbsent(index(key.digest()), _ -> new ArrayList<>(1))
                        .add(new Entry(secret, key));
            }
        }
        return new KeyRing(entries, secrets.stream().collect(Collectors.groupingBy(KeySecret::namespace)));
    }

    private static SecretKeySpec secret() {
        var random = new byte[32];
        new SecureRandom().nextBytes(random);
        return new SecretKeySpec(random, ALGORITHM);
    }

    private static ByteBuffer index(KeyDigest digest) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(SECRET);
            return ByteBuffer.wrap(mac.doFinal(digest.bytes()));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The key with this text, if a Secret of the namespace has it whose labels match. */
    Optional<StoredKey> find(String text, String namespace, Map<String, String> matchLabels) {
        var digest = KeyDigest.of(text);
        return entries.getOrDefault(index(digest), List.of()).stream()
                .filter(entry -> entry.key().digest().isSame(digest))
                .filter(entry -> entry.secret().isSelected(namespace, matchLabels))
                .map(Entry::key)
                .findFirst();
    }

    /** How many keys are in force of a namespace's Secrets whose labels match. */
    int inForce(String namespace, Map<String, String> matchLabels, Instant now) {
        return (int) open(namespace, matchLabels, now).count();
    }

    /** The quotas that such keys have of their own. */
    List<Quota> quotas(String namespace, Map<String, String> matchLabels, Instant now) {
        return open(namespace, matchLabels, now)
                .map(StoredKey::quota)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    private Stream<StoredKey> open(String namespace, Map<String, String> matchLabels, Instant now) {
        return secrets.getOrDefault(namespace, List.of()).stream()
                .filter(secret -> secret.isSelected(namespace, matchLabels))
                .flatMap(secret -> secret.keys().stream())
                .filter(key -> !key.isExpired(now));
    }
}
