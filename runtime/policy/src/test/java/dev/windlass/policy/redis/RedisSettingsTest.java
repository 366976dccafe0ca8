package dev.windlass.policy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "redis://cache, redis://cache:6379/0, ''",
        "redis://cache:7/3, redis://cache:7/3, ''",
        "rediss://me@cache.ns:6380/, rediss://cache.ns:6380/0, me",
        "redis://[::1]:7, redis://::1:7/0, ''"
    })
    void readsAddresses(String address, String shown, String user) {
        var settings = RedisSettings.of(address, "secret");
        assertThat(settings).hasToString(shown);
        assertThat(settings.user()).isEqualTo(user);
        assertThat(settings.password()).isEqualTo("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://cache",
                "redis://",
                "cache:6379",
                "redis://cache/zero",
                "redis://cache?db=1",
                "redis://a b"
            })
    void refusesOthers(String address) {
        assertThatThrownBy(() -> RedisSettings.of(address, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("redis: expected redis://host");
    }

    @Test
    void doesNotRepeatAPasswordThatStandsInTheAddress() {
        assertThatThrownBy(() -> RedisSettings.of("redis://me:hush@cache", ""))
                .hasMessageContaining("WINDLASS_REDIS_PASSWORD")
                .hasMessageNotContaining("hush");
    }
}
