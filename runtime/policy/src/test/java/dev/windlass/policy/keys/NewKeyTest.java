package dev.windlass.policy.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class NewKeyTest {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    @Test
    void isAPrefixRandomDigitsAndTheirChecksum() {
        String key = NewKey.make(new SecureRandom()).reveal();
        assertThat(key).matches("wl-[0-9A-Za-z]{49}");
        long check = 0;
        for (char digit : key.substring(46).toCharArray()) {
            check = check * 62 + DIGITS.indexOf(digit);
        }
        var crc = new CRC32();
        crc.update(key.substring(0, 46).getBytes(StandardCharsets.US_ASCII));
        assertThat(check).isEqualTo(crc.getValue());
    }

    @Test
    void isMadeOnce() {
        var random = new SecureRandom();
        Set<String> made = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            made.add(NewKey.make(random).reveal());
        }
        assertThat(made).hasSize(1000);
    }

    @Test
    void isShownByNobodyWhoPrintsIt() {
        var key = NewKey.make(new SecureRandom());
        assertThat(key.toString()).isEqualTo("wl-…");
        assertThat(key.digest().toString()).doesNotContain(key.digest().hex());
    }

    @Test
    void aDigestIsSha256() {
        // FIPS 180-2, B.1
        assertThat(KeyDigest.of("abc").hex())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
