package dev.windlass.engine.token.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What Python's strings can do and Java's cannot, or do otherwise: white space is Unicode's, positions are code points. */
final class PythonStrings {
    private PythonStrings() {}

    static boolean isSpace(int c) {
        return switch (c) {
            case ' ', '\t', '\n', '\r', 0x0B, '\f', 0x1C, 0x1D, 0x1E, 0x1F, 0x85, 0xA0 -> true;
            default -> c > 0xFF && (Character.isSpaceChar(c) && c != 0x200B && c != 0xFEFF);
        };
    }

    private static boolean strips(int c, @Nullable String characters) {
        return characters == null ? isSpace(c) : characters.indexOf(c) >= 0;
    }

    static String stripLeft(String text, @Nullable String characters) {
        int start = 0;
        while (start < text.length() && strips(text.codePointAt(start), characters)) {
            start += Character.charCount(text.codePointAt(start));
        }
        return text.substring(start);
    }

    static String stripRight(String text, @Nullable String characters) {
        int end = text.length();
        while (end > 0 && strips(text.codePointBefore(end), characters)) {
            end -= Character.charCount(text.codePointBefore(end));
        }
        return text.substring(0, end);
    }

    static String stripRight(String text) {
        return stripRight(text, null);
    }

    static String strip(String text, @Nullable String characters) {
        return stripRight(stripLeft(text, characters), characters);
    }

    /** By code points, as Python does; Java compares UTF-16 units, where surrogates come too early. */
    static int compare(String left, String right) {
        int[] first = left.codePoints().toArray();
        int[] second = right.codePoints().toArray();
        return java.util.Arrays.compare(first, second);
    }

    static String slice(String text, int[] positions) {
        int[] points = text.codePoints().toArray();
        var slice = new StringBuilder();
        for (int position : positions) {
            slice.appendCodePoint(points[position]);
        }
        return slice.toString();
    }

    static String title(String text, boolean wholeText) {
        var title = new StringBuilder();
        boolean inWord = false;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            title.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inWord = wholeText || Character.isLetter(c);
        }
        return title.toString();
    }

    static List<Object> split(String text, @Nullable String separator, int most) {
        if (separator != null && separator.isEmpty()) {
            throw new TemplateException("split: expected a separator, got \"\"");
        }
        var parts = new ArrayList<>();
        if (separator == null) {
            String rest = stripLeft(text, null);
            while (!rest.isEmpty()) {
                int end = 0;
                while (end < rest.length() && !isSpace(rest.codePointAt(end))) {
                    end += Character.charCount(rest.codePointAt(end));
                }
                if (most >= 0 && parts.size() == most) {
                    parts.add(stripRight(rest));
                    break;
                }
                parts.add(rest.substring(0, end));
                rest = stripLeft(rest.substring(end), null);
            }
            return parts;
        }
        int from = 0;
        int at;
        while ((at = text.indexOf(separator, from)) >= 0 && (most < 0 || parts.size() < most)) {
            parts.add(text.substring(from, at));
            from = at + separator.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    static List<Object> splitFromRight(String text, @Nullable String separator, int most) {
        if (most < 0 || separator == null) {
            return split(text, separator, most < 0 ? -1 : most);
        }
        var parts = new ArrayList<>();
        String rest = text;
        int at;
        while (parts.size() < most && (at = rest.lastIndexOf(separator)) >= 0) {
            parts.addFirst(rest.substring(at + separator.length()));
            rest = rest.substring(0, at);
        }
        parts.addFirst(rest);
        return parts;
    }

    static List<Object> lines(String text, boolean keepEnds) {
        var lines = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean ends = c >= '\n' && c <= '\r' || c >= 0x1C && c <= 0x1E || c == 0x85 || c == 0x2028 || c == 0x2029;
            if (ends) {
                int end = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n' ? i + 2 : i + 1;
                lines.add(text.substring(from, keepEnds ? end : i));
                from = end;
                i = end - 1;
            }
        }
        if (from < text.length()) {
            lines.add(text.substring(from));
        }
        return lines;
    }

    static String replace(String text, String old, String replacement, int most) {
        if (most == 0) {
            return text;
        }
        long count = old.isEmpty() ? text.length() + 1L : 0;
        for (int at = text.indexOf(old); at >= 0 && !old.isEmpty(); at = text.indexOf(old, at + old.length())) {
            count++;
        }
        Bounds.checkLength(text.length() + count * replacement.length());
        if (most < 0) {
            return text.replace(old, replacement);
        }
        var result = new StringBuilder();
        int from = 0;
        int at;
        for (int i = 0; i < most && (at = text.indexOf(old, from)) >= 0; i++) {
            result.append(text, from, at).append(replacement);
            from = at + old.length();
            if (old.isEmpty()) {
                if (at == text.length()) {
                    return result.toString();
                }
                result.append(text.charAt(at));
                from = at + 1;
            }
        }
        return result.append(text.substring(from)).toString();
    }

    /** The escapes of a string literal; what is none stays as it is written. */
    static String unescape(String literal) {
        if (literal.indexOf('\\') < 0) {
            return literal;
        }
        var text = new StringBuilder();
        for (int i = 0; i < literal.length(); i++) {
            char c = literal.charAt(i);
            if (c != '\\' || i + 1 == literal.length()) {
                text.append(c);
                continue;
            }
            char escape = literal.charAt(++i);
            switch (escape) {
                case 'n' -> text.append('\n');
                case 't' -> text.append('\t');
                case 'r' -> text.append('\r');
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'v' -> text.append('\u000B');
                case 'a' -> text.append('\u0007');
                case '\\', '\'', '"' -> text.append(escape);
                case '\n' -> {}
                case 'x', 'u', 'U' -> {
                    int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : 8;
                    i += appendCode(literal, i + 1, digits, 16, text);
                }
                default -> {
                    if (escape >= '0' && escape <= '7') {
                        int end = i;
                        while (end < Math.min(i + 3, literal.length())
                                && literal.charAt(end) >= '0'
                                && literal.charAt(end) <= '7') {
                            end++;
                        }
                        appendCode(literal, i, end - i, 8, text);
                        i = end - 1;
                    } else {
                        text.append('\\').append(escape);
                    }
                }
            }
        }
        return text.toString();
    }

    private static int appendCode(String literal, int start, int digits, int radix, StringBuilder text) {
        try {
            text.appendCodePoint(Integer.parseInt(literal, start, start + digits, radix));
            return digits;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new TemplateException("a string has an escape without its digits: \"" + literal + "\"");
        }
    }
}
