package dev.windlass.api;

import static dev.windlass.api.Absent.list;
import static dev.windlass.api.Absent.map;
import static dev.windlass.api.Absent.or;
import static dev.windlass.api.Absent.text;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which pod gets which request. */
public record TrafficSpec(
        @JsonPropertyDescription("What keeps a user with one revision or variant.")
        Sticky sticky,

        @Size(max = 32)
        @JsonPropertyDescription("Requests that go to one place whatever the weights; the first that fits.")
        List<Rule> rules,

        @JsonPropertyDescription("Sends copies of requests and throws the answers away.") @Nullable
        Mirror mirror,

        @JsonPropertyDescription("How a pod is chosen within one revision; PrefixAware by default.")
        Routing routing)
        implements Block {
    static final TrafficSpec ABSENT = new TrafficSpec(null, null, null, null);

    public TrafficSpec(
            @Nullable Sticky sticky, @Nullable List<Rule> rules, @Nullable Mirror mirror, @Nullable Routing routing) {
        this.sticky = sticky == null ? new Sticky(null, null, null, null) : sticky;
        this.rules = list(rules);
        this.mirror = mirror;
        this.routing = or(routing, Routing.PrefixAware);
    }

    /** What a user is known by. The choice is a hash of salt and key, so it is kept nowhere. */
    @ValidationRule(
            value = "self.by != 'Header' || (has(self.header) && self.header != '')",
            message = Sentences.STICKY_HEADER)
    @ValidationRule(
            value = "!has(self.cookie) || self.cookie == '' || self.by == 'Cookie'",
            message = Sentences.STICKY_COOKIE)
    public record Sticky(
            @Default("None")
            @JsonPropertyDescription("User is the request's own user field, or the header where there is none.")
            StickyBy by,

            @Size(max = 64) @Pattern("^[-A-Za-z0-9]*$") String header,

            @Size(max = 64) @Pattern("^[-_A-Za-z0-9]*$") @JsonPropertyDescription("windlass by default.")
            String cookie,

            @Size(max = 64) @JsonPropertyDescription("Another salt draws the lots anew.")
            String salt)
            implements Block {
        public Sticky(@Nullable StickyBy by, @Nullable String header, @Nullable String cookie, @Nullable String salt) {
            this.by = or(by, StickyBy.None);
            this.header = text(header);
            this.cookie = text(cookie);
            this.salt = text(salt);
        }
    }

    /** What a user is known by. */
    public enum StickyBy {
        None,
        User,
        ApiKey,
        Header,
        Cookie
    }

    /** Requests with these headers go to this place. */
    public record Rule(
            @Required @Size(min = 1, max = 8) Map<String, @Size(max = 256) String> headers,

            @Required @Size(max = 20) @JsonPropertyDescription("A variant's name, stable or canary.")
            String to)
            implements Block {
        public Rule {
            headers = map(headers);
            to = text(to);
        }
    }

    /** Copies of requests. */
    public record Mirror(
            @Required @Size(max = 20) @JsonPropertyDescription("A variant's name, or canary.")
            String to,

            @Required @Min(0) @Max(100) Integer percent)
            implements Block {
        public Mirror {
            to = text(to);
            percent = or(percent, Absent.NUMBER);
        }
    }

    /** How a pod is chosen within one revision. */
    public enum Routing {
        LeastLoad,
        PrefixAware,
        RoundRobin
    }
}
