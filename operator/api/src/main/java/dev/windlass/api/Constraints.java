package dev.windlass.api;

import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks single fields by the annotations that the resource's definition is made from: one truth for both. */
final class Constraints {
    private final List<Problem> problems = new ArrayList<>();

    private Constraints() {}

    static List<Problem> problems(String path, Block block) {
        var constraints = new Constraints();
        constraints.checkBlock(path, block);
        return constraints.problems;
    }

    private void checkBlock(String path, Block block) {
        for (RecordComponent component : block.getClass().getRecordComponents()) {
            Object value = RevisionHash.value(block, component);
            if (!component.getName().equals("unread")) {
                check(
                        path + "." + RevisionHash.name(component),
                        value,
                        component.getAccessor(),
                        component.getAnnotatedType());
            }
        }
    }

    private void check(String path, @Nullable Object value, AnnotatedElement rules, AnnotatedType type) {
        boolean missing = value == null
                || value.equals("")
                || value.equals(Absent.NUMBER)
                || value.equals(List.of())
                || value.equals(Map.of());
        if (missing && rules.isAnnotationPresent(Required.class)) {
            problems.add(new Problem(
                    path, path.endsWith(".uri") ? "an address such as hf://org/name@revision" : "a value", "nothing"));
            return;
        }
        switch (value) {
            case null -> {}
            case Number number -> checkNumber(path, number.longValue(), rules);
            case GoDuration duration -> require(duration.isValid(), path, GoDuration.EXPECTED, duration.text());
            case Ratio ratio
            when isShare(rules) ->
                require(
                        Pattern.matches(Ratio.SHARE, ratio.text())
                                && (!rule(rules, Sentences.SHARE_ABOVE_ZERO)
                                        || ratio.exact().signum() > 0),
                        path,
                        "a share such as \"0.9\" or \"90%\"",
                        ratio.text());
            case Ratio ratio -> require(ratio.isValid(), path, Ratio.EXPECTED, ratio.text());
            case Quantity quantity -> checkQuantity(path, quantity);
            case String text -> checkText(path, text, rules);
            case List<?> list -> {
                checkSize(path, list.size(), "items", rules);
                for (int i = 0; i < list.size(); i++) {
                    checkElement(path + "[" + i + "]", list.get(i), type, 0);
                }
            }
            case Map<?, ?> map -> {
                checkSize(path, map.size(), "entries", rules);
                map.forEach((key, element) -> checkElement(path + "." + key, element, type, 1));
            }
            case Block block -> checkBlock(path, block);
            default -> {}
        }
    }

    private void checkElement(String path, @Nullable Object element, AnnotatedType container, int argument) {
        AnnotatedType type = container instanceof AnnotatedParameterizedType parameterized
                ? parameterized.getAnnotatedActualTypeArguments()[argument]
                : container;
        check(path, element, type, type);
    }

    private void checkNumber(String path, long number, AnnotatedElement rules) {
        Min min = rules.getAnnotation(Min.class);
        Max max = rules.getAnnotation(Max.class);
        boolean low = min != null && number < min.value();
        boolean high = max != null && number > max.value();
        if (low || high) {
            String expected = max == null
                    ? "an integer of at least %.0f".formatted(min == null ? 0 : min.value())
                    : "an integer from %.0f to %.0f".formatted(min == null ? 0 : min.value(), max.value());
            problems.add(new Problem(path, expected, String.valueOf(number)));
        }
    }

    private void checkText(String path, String text, AnnotatedElement rules) {
        checkSize(path, text.length(), "characters", rules);
        var pattern = rules.getAnnotation(io.fabric8.generator.annotation.Pattern.class);
        if (pattern != null && !text.isEmpty()) {
            require(Pattern.compile(pattern.value()).matcher(text).find(), path, "text like " + pattern.value(), text);
        }
        if (rule(rules, Sentences.URI_SCHEME)) {
            require(Pattern.matches(ModelSpec.URI, text), path, Sentences.URI_EXPECTED, text);
        }
    }

    private void checkQuantity(String path, Quantity quantity) {
        try {
            require(quantity.getNumericalAmount().signum() > 0, path, Sentences.QUANTITY_EXPECTED, quantity.toString());
        } catch (IllegalArgumentException malformed) {
            problems.add(new Problem(path, Sentences.QUANTITY_EXPECTED, "\"" + quantity + "\""));
        }
    }

    private void checkSize(String path, int size, String of, AnnotatedElement rules) {
        Size bounds = rules.getAnnotation(Size.class);
        if (bounds != null && size > bounds.max()) {
            problems.add(new Problem(path, "at most %d %s".formatted(bounds.max(), of), String.valueOf(size)));
        }
    }

    private void require(boolean holds, String path, String expected, String found) {
        if (!holds) {
            problems.add(new Problem(path, expected, "\"" + found + "\""));
        }
    }

    private static boolean isShare(AnnotatedElement rules) {
        return rule(rules, Sentences.SHARE) || rule(rules, Sentences.SHARE_ABOVE_ZERO);
    }

    private static boolean rule(AnnotatedElement rules, String sentence) {
        ValidationRule rule = rules.getAnnotation(ValidationRule.class);
        return rule != null && rule.message().equals(sentence);
    }
}
