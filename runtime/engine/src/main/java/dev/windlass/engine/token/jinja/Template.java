package dev.windlass.engine.token.jinja;

import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A compiled template. Thread-safe: each rendering has its own state. */
public final class Template {
    private final List<Statement> body;
    private final InstantSource clock;
    private final ZoneId zone;

    private Template(List<Statement> body, InstantSource clock, ZoneId zone) {
        this.body = body;
        this.clock = clock;
        this.zone = zone;
    }

    /**
     * Compiles a template.
     *
     * @param clock what {@code strftime_now} tells, in {@code zone}
     * @throws TemplateException where it is no valid template
     */
    public static Template compile(String source, InstantSource clock, ZoneId zone) {
        Bounds.checkLength(source.length());
        try {
            return new Template(TemplateParser.parse(source), clock, zone);
        } catch (StackOverflowError e) {
            throw new TemplateException("the template is nested too deeply", e);
        }
    }

    /**
     * Renders the template.
     *
     * @param values names and values as JSON has them; they are not changed
     * @throws TemplateException where the template refuses the values, fails on them or breaks a bound
     */
    public String render(Map<String, ? extends @Nullable Object> values) {
        var rendering = new Rendering();
        var scope = new Scope(Globals.scope(rendering.bounds(), clock, zone));
        values.forEach((name, value) -> scope.set(name, Values.of(value)));
        try {
            return rendering.run(body, scope);
        } catch (StackOverflowError e) {
            throw new TemplateException("the template calls itself too deeply", e);
        } catch (ArithmeticException | ClassCastException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new TemplateException("the template failed: " + e.getMessage(), e);
        }
    }
}
