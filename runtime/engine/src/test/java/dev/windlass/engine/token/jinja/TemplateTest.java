package dev.windlass.engine.token.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-03-05T09:04:00Z"));

    @Test
    void tellsTheTime() {
        assertThat(render("{{ strftime_now('%d %b %Y, %A %H:%M, %-d %B') }}"))
                .isEqualTo("05 Mar 2026, Thursday 09:04, 5 March");
    }

    @Test
    void passesOnWhyATemplateRefuses() {
        assertThatExceptionOfType(TemplateException.class)
                .isThrownBy(() -> render("{{ raise_exception('no system role') }}"))
                .withMessage("no system role");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% if %}",
                "{% for x in y %}",
                "{{ 'open }}",
                "{{ a b }}",
                "{% unheard %}",
                "{# open",
                "{% endif %}",
                "{{ [1, }}",
                "{{ 99999999999999999999 }}",
                "{{ '\\x4' }}"
            })
    void refusesWhatIsNoTemplate(String source) {
        assertThatExceptionOfType(TemplateException.class).isThrownBy(() -> render(source));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ nothing.field }}",
                "{{ 'a' + 1 }}",
                "{{ none[0].x }}",
                "{{ 1 // 0 }}",
                "{{ nothing() }}",
                "{{ [] | riddle }}",
                "{{ 1 is riddle }}",
                "{% for a, b in [1] %}{% endfor %}",
                "{{ 'x' | abs }}",
                "{{ 9223372036854775807 + 1 }}",
                "{{ raise_exception | tojson }}"
            })
    void failsWithItsOwnException(String source) {
        assertThatExceptionOfType(TemplateException.class).isThrownBy(() -> render(source));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ 'x' * 99999999999 }}",
                "{% set n = namespace(s='xxxxxxxx') %}{% for i in range(64) %}{% set n.s = n.s + n.s %}{% endfor %}",
                "{% for i in range(999999999) %}{% endfor %}",
                "{% for i in range(90000) %}{% for j in range(90000) %}{% endfor %}{% endfor %}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{% set l = [] %}{% set _ = l.append(l) %}{{ l }}",
                "{% set l = [] %}{% set _ = l.append(l) %}{{ l | tojson }}",
                "{{ ('x' * 9000000) | replace('x', 'yyyy') }}",
                "{% for i in range(100) %}{{ 'x' * 999999 }}{% endfor %}"
            })
    void endsWhatWouldNotEnd(String source) {
        assertThatExceptionOfType(TemplateException.class).isThrownBy(() -> render(source));
    }

    @Test
    void refusesDeepNestingOfExpressionsAndBlocks() {
        String expressions = "{{ " + "(".repeat(5000) + "1" + ")".repeat(5000) + " }}";
        String signs = "{{ " + "-".repeat(50_000) + "1 }}";
        String blocks = "{% if 1 %}".repeat(5000) + "{% endif %}".repeat(5000);

        for (String source : List.of(expressions, signs, blocks)) {
            assertThatExceptionOfType(TemplateException.class).isThrownBy(() -> render(source));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ value.class }}",
                "{{ value.getClass }}",
                "{{ value.__class__ }}",
                "{{ value['__class__'] }}",
                "{{ 'x'.getBytes }}",
                "{{ [].stream }}",
                "{{ namespace().fields }}",
                "{{ value.hashCode }}"
            })
    void reachesNothingOfJava(String source) {
        assertThat(Template.compile(source, CLOCK, ZoneOffset.UTC).render(Map.of("value", Map.of())))
                .isEmpty();
    }

    @Test
    void doesNotChangeWhatItIsGiven() {
        var given = new ArrayList<Object>(List.of(1));
        String source = "{% set _ = value.append(2) %}{{ value }}";

        assertThat(Template.compile(source, CLOCK, ZoneOffset.UTC).render(Map.of("value", given)))
                .isEqualTo("[1, 2]");
        assertThat(given).containsExactly(1);
    }

    private static String render(String source) {
        return Template.compile(source, CLOCK, ZoneOffset.UTC).render(Map.of());
    }
}
