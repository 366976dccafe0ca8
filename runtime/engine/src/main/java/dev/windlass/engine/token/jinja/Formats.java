package dev.windlass.engine.token.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Python's {@code %}, {@code str.format} and {@code strftime}, as far as chat templates go. */
final class Formats {
    private static final Pattern PERCENT =
            Pattern.compile("%(?:\\((\\w+)\\))?([-0+]*)(\\d*)(?:\\.(\\d+))?([sdirfxX%])");
    private static final Pattern BRACES =
            Pattern.compile("\\{\\{|\\}\\}|\\{(\\w*)((?:\\.\\w+|\\[[^\\]]+\\])*)(?:!([rs]))?(?::([^{}]*))?\\}|[{}]");
    private static final Pattern PATH = Pattern.compile("\\.(\\w+)|\\[([^\\]]+)\\]");
    private static final Pattern SPECIFICATION = Pattern.compile("([<>^]?)(0?)(\\d*)(?:\\.(\\d+))?([sdfx]?)");

    private Formats() {}

    static String percent(String format, Tuple values, Map<String, Object> named) {
        var result = new StringBuilder();
        Matcher matcher = PERCENT.matcher(format);
        int next = 0;
        while (matcher.find()) {
            String conversion = matcher.group(5);
            if (conversion.equals("%")) {
                matcher.appendReplacement(result, "%");
                continue;
            }
            String name = matcher.group(1);
            Object value;
            if (name != null) {
                Object source = named.isEmpty() && !values.items().isEmpty()
                        ? values.items().getFirst()
                        : named;
                value = Members.item(source, name);
            } else if (next < values.items().size()) {
                value = values.items().get(next++);
            } else {
                throw new TemplateException("there are not enough values for the format \"" + format + "\"");
            }
            String text = convert(value, conversion, matcher.group(4));
            matcher.appendReplacement(
                    result,
                    Matcher.quoteReplacement(pad(
                            text,
                            matcher.group(3),
                            matcher.group(2).contains("-") ? "<" : ">",
                            matcher.group(2).contains("0"))));
        }
        return Bounds.checked(matcher.appendTail(result).toString());
    }

    private static String convert(Object value, String conversion, @Nullable String precision) {
        return switch (conversion) {
            case "s", "" -> PythonText.str(value);
            case "r" -> PythonText.repr(value);
            case "f" ->
                fixed(
                        Numbers.real(number(value)),
                        precision == null ? 6 : Math.clamp(Numbers.digits(precision), 0, 100));
            case "x" -> Long.toHexString((long) Numbers.real(number(value)));
            case "X" -> Long.toHexString((long) Numbers.real(number(value))).toUpperCase(Locale.ROOT);
            default ->
                Long.toString(Numbers.isWhole(value) ? Numbers.whole(value) : (long) Numbers.real(number(value)));
        };
    }

    /** Rounds the exact value of the float, as Python does. */
    private static String fixed(double value, int places) {
        return Double.isFinite(value)
                ? new BigDecimal(value).setScale(places, RoundingMode.HALF_EVEN).toPlainString()
                : Numbers.text(value);
    }

    private static Object number(Object value) {
        if (!Numbers.isNumber(value)) {
            throw new TemplateException("expected a number to format, got " + Values.typeName(value));
        }
        return value;
    }

    private static String pad(String text, String width, String alignment, boolean zeros) {
        int missing = (width.isEmpty() ? 0 : Math.clamp(Numbers.digits(width), 0, 10_000)) - text.length();
        if (missing <= 0) {
            return text;
        }
        if (zeros) {
            return text.startsWith("-") ? "-" + "0".repeat(missing) + text.substring(1) : "0".repeat(missing) + text;
        }
        return switch (alignment) {
            case "<" -> text + " ".repeat(missing);
            case "^" -> " ".repeat(missing / 2) + text + " ".repeat(missing - missing / 2);
            default -> " ".repeat(missing) + text;
        };
    }

    static String braces(String format, Arguments arguments) {
        var result = new StringBuilder();
        Matcher matcher = BRACES.matcher(format);
        int next = 0;
        while (matcher.find()) {
            String found = matcher.group();
            if (found.equals("{{") || found.equals("}}")) {
                matcher.appendReplacement(result, found.substring(1));
                continue;
            }
            if (found.length() == 1) {
                throw new TemplateException("there is a single brace in the format \"" + format + "\"");
            }
            String name = matcher.group(1);
            boolean digits =
                    !name.isEmpty() && name.length() < 7 && name.chars().allMatch(c -> c >= '0' && c <= '9');
            Object value = name.isEmpty()
                    ? arguments.require(next++, "")
                    : digits
                            ? arguments.require(Integer.parseInt(name), "")
                            : arguments.require(Integer.MAX_VALUE, name);
            Matcher path = PATH.matcher(matcher.group(2));
            while (path.find()) {
                value = Members.item(value, path.group(1) == null ? path.group(2) : path.group(1));
            }
            String specification = matcher.group(4) == null ? "" : matcher.group(4);
            matcher.appendReplacement(
                    result,
                    Matcher.quoteReplacement(
                            "r".equals(matcher.group(3)) ? PythonText.repr(value) : specified(value, specification)));
            Bounds.checkLength(result.length());
        }
        return Bounds.checked(matcher.appendTail(result).toString());
    }

    private static String specified(Object value, String specification) {
        Matcher matcher = SPECIFICATION.matcher(specification);
        if (!matcher.matches()) {
            throw new TemplateException(
                    "expected a format such as \"02d\", \".1f\" or \"<8\", got \"" + specification + "\"");
        }
        String text = convert(value, matcher.group(5), matcher.group(4));
        String alignment = matcher.group(1).isEmpty() ? Numbers.isNumber(value) ? ">" : "<" : matcher.group(1);
        return pad(text, matcher.group(3), alignment, !matcher.group(2).isEmpty());
    }

    static String time(LocalDateTime now, String format) {
        var result = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                result.append(c);
                continue;
            }
            boolean unpadded = format.charAt(i + 1) == '-' && i + 2 < format.length();
            char field = format.charAt(unpadded ? i + 2 : i + 1);
            i += unpadded ? 2 : 1;
            String text = field(now, field);
            result.append(unpadded && text.length() > 1 && text.startsWith("0") ? text.substring(1) : text);
        }
        return result.toString();
    }

    private static String field(LocalDateTime now, char field) {
        String pattern = switch (field) {
            case 'Y' -> "uuuu";
            case 'y' -> "uu";
            case 'm' -> "MM";
            case 'd' -> "dd";
            case 'b', 'h' -> "MMM";
            case 'B' -> "MMMM";
            case 'a' -> "EEE";
            case 'A' -> "EEEE";
            case 'H' -> "HH";
            case 'I' -> "hh";
            case 'M' -> "mm";
            case 'S' -> "ss";
            case 'f' -> "SSSSSS";
            case 'p' -> "a";
            case 'j' -> "DDD";
            case 'F' -> "uuuu-MM-dd";
            case 'T' -> "HH:mm:ss";
            case 'D' -> "MM/dd/uu";
            case 'R' -> "HH:mm";
            case 'c' -> "EEE MMM ppd HH:mm:ss uuuu";
            case 'x' -> "MM/dd/uu";
            case 'X' -> "HH:mm:ss";
            default -> "";
        };
        if (pattern.isEmpty()) {
            return field == '%' ? "%" : field == 'Z' || field == 'z' ? "" : "%" + field;
        }
        return now.format(DateTimeFormatter.ofPattern(pattern, Locale.US));
    }
}
