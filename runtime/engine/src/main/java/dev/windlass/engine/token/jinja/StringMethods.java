package dev.windlass.engine.token.jinja;

import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The methods of Python's strings. */
final class StringMethods {
    private StringMethods() {}

    static @Nullable Callable find(String text, String name) {
        return switch (name) {
            case "strip" -> arguments -> PythonStrings.strip(text, characters(arguments));
            case "lstrip" -> arguments -> PythonStrings.stripLeft(text, characters(arguments));
            case "rstrip" -> arguments -> PythonStrings.stripRight(text, characters(arguments));
            case "split" ->
                arguments -> PythonStrings.split(text, separator(arguments), arguments.integer(1, "maxsplit", -1));
            case "rsplit" ->
                arguments ->
                        PythonStrings.splitFromRight(text, separator(arguments), arguments.integer(1, "maxsplit", -1));
            case "splitlines" -> arguments -> PythonStrings.lines(text, arguments.flag(0, "keepends", false));
            case "startswith" -> arguments -> hasAffix(text, arguments, true);
            case "endswith" -> arguments -> hasAffix(text, arguments, false);
            case "replace" ->
                arguments -> PythonStrings.replace(
                        text, arguments.text(0, "old"), arguments.text(1, "new"), arguments.integer(2, "count", -1));
            case "upper" -> _ -> text.toUpperCase(Locale.ROOT);
            case "lower", "casefold" -> _ -> text.toLowerCase(Locale.ROOT);
            case "title" -> _ -> PythonStrings.title(text, false);
            case "capitalize" -> _ -> PythonStrings.title(text, true);
            case "find" -> arguments -> position(text, text.indexOf(arguments.text(0, "sub"), from(text, arguments)));
            case "rfind" -> arguments -> position(text, text.lastIndexOf(arguments.text(0, "sub")));
            case "index" ->
                arguments -> {
                    int at = text.indexOf(arguments.text(0, "sub"), from(text, arguments));
                    if (at < 0) {
                        throw new TemplateException("index: the text does not have the other");
                    }
                    return position(text, at);
                };
            case "count" -> arguments -> count(text, arguments.text(0, "sub"));
            case "join" ->
                arguments -> {
                    var joined = new StringBuilder();
                    String separator = "";
                    for (Object item : Values.items(arguments.require(0, "iterable"))) {
                        if (!(item instanceof String part)) {
                            throw new TemplateException("join: expected texts, got " + Values.typeName(item));
                        }
                        joined.append(separator).append(part);
                        Bounds.checkLength(joined.length());
                        separator = text;
                    }
                    return joined.toString();
                };
            case "format" -> arguments -> Formats.braces(text, arguments);
            case "removeprefix" ->
                arguments -> {
                    String prefix = arguments.text(0, "prefix");
                    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
                };
            case "removesuffix" ->
                arguments -> {
                    String suffix = arguments.text(0, "suffix");
                    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
                };
            case "partition" -> arguments -> partition(text, arguments.text(0, "sep"), true);
            case "rpartition" -> arguments -> partition(text, arguments.text(0, "sep"), false);
            case "zfill" -> arguments -> pad(text, arguments, "0", true);
            case "rjust" -> arguments -> pad(text, arguments, arguments.text(1, "fillchar", " "), true);
            case "ljust" -> arguments -> pad(text, arguments, arguments.text(1, "fillchar", " "), false);
            case "isdigit", "isnumeric", "isdecimal" -> _ -> all(text, Character::isDigit);
            case "isalpha" -> _ -> all(text, Character::isLetter);
            case "isalnum" -> _ -> all(text, Character::isLetterOrDigit);
            case "isspace" -> _ -> all(text, PythonStrings::isSpace);
            case "isupper" -> _ -> Tests.apply("upper", text, Arguments.NONE);
            case "islower" -> _ -> Tests.apply("lower", text, Arguments.NONE);
            default -> null;
        };
    }

    private static @Nullable String characters(Arguments arguments) {
        return arguments.get(0, "chars", None.NONE) == None.NONE ? null : arguments.text(0, "chars");
    }

    private static @Nullable String separator(Arguments arguments) {
        return arguments.get(0, "sep", None.NONE) == None.NONE ? null : arguments.text(0, "sep");
    }

    private static boolean hasAffix(String text, Arguments arguments, boolean prefix) {
        String from = text.substring(from(text, arguments));
        if (arguments.require(0, "affix") instanceof Tuple(var affixes)) {
            return affixes.stream().anyMatch(affix -> affix instanceof String one && hasAffix(from, one, prefix));
        }
        return hasAffix(from, arguments.text(0, "affix"), prefix);
    }

    private static boolean hasAffix(String text, String affix, boolean prefix) {
        return prefix ? text.startsWith(affix) : text.endsWith(affix);
    }

    private static int from(String text, Arguments arguments) {
        int start = arguments.integer(1, "start", 0);
        int length = Values.length(text);
        return text.offsetByCodePoints(0, Math.clamp(start < 0 ? start + (long) length : start, 0, length));
    }

    private static long position(String text, int at) {
        return at < 0 ? -1 : text.codePointCount(0, at);
    }

    private static long count(String text, String part) {
        if (part.isEmpty()) {
            return Values.length(text) + 1L;
        }
        long count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            count++;
        }
        return count;
    }

    private static Tuple partition(String text, String separator, boolean first) {
        int at = first ? text.indexOf(separator) : text.lastIndexOf(separator);
        if (at < 0) {
            return first ? Tuple.of(text, "", "") : Tuple.of("", "", text);
        }
        return Tuple.of(text.substring(0, at), separator, text.substring(at + separator.length()));
    }

    private static String pad(String text, Arguments arguments, String filler, boolean before) {
        int missing = arguments.integer(0, "width", 0) - Values.length(text);
        Bounds.checkLength(missing);
        String padding = filler.repeat(Math.max(0, missing));
        return before ? padding + text : text + padding;
    }

    private static boolean all(String text, IntPredicate predicate) {
        return !text.isEmpty() && text.codePoints().allMatch(predicate);
    }
}
