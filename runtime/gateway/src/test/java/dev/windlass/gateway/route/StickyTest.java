package dev.windlass.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.windlass.gateway.route.Sticky.By;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StickyTest {
    private static final Map<String, String> HEADERS = Map.of(
            "authorization", "Bearer k1",
            "x-user-id", "h1",
            "cookie", "a=b; session = c1 ;session2=x");

    @Test
    void takesTheKeyFromWhereItIsTold() {
        assertThat(key(By.None, "")).isNull();
        assertThat(key(By.User, "")).isEqualTo("u1");
        assertThat(key(By.ApiKey, "")).isEqualTo("Bearer k1");
        assertThat(key(By.Header, "x-user-id")).isEqualTo("h1");
        assertThat(key(By.Cookie, "session")).isEqualTo("c1");
        assertThat(key(By.Cookie, "absent")).isNull();
        assertThat(key(By.Header, "absent")).isNull();
    }

    @Test
    void usersThatAreNotNamedAreKnownByAHeader() {
        var sticky = new Sticky(By.User, "x-user-id", "");
        assertThat(sticky.key(HEADERS::get, "u1", "")).contains("u1");
        assertThat(sticky.key(HEADERS::get, null, "")).contains("h1");
        assertThat(sticky.key(HEADERS::get, "", "")).contains("h1");
        assertThat(new Sticky(By.User, "", "").key(HEADERS::get, null, "")).isEmpty();
    }

    @Test
    void headersAndCookiesNeedAName() {
        assertThatThrownBy(() -> new Sticky(By.Header, "", ""))
                .hasMessage("sticky: expected the name of the Header, got none");
    }

    private static @Nullable String key(By by, String name) {
        return new Sticky(by, name, "").key(HEADERS::get, "u1", "").orElse(null);
    }
}
