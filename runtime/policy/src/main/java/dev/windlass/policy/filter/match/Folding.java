package dev.windlass.policy.filter.match;

import java.text.Normalizer;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What a character is taken for, so that the same word is the same however it is written: compatible forms such as full-width
 * letters, capitals, accents, Cyrillic and Greek letters that look Latin, and characters that cannot be seen make no difference.
 * One character at a time, so that it does not matter where a text is cut.
 */
final class Folding {
    private static final int CACHED = 0x10000;
    private static final AtomicReferenceArray<String> KNOWN = new AtomicReferenceArray<>(CACHED);

    /** Look-alikes and what they look like, in lower case, once compatible forms are resolved. */
    private static final String LIKE =
            "аaвbеeз3кkмmнhоoрpсcтtуyхxѕsіiјjԁdԛqԝwһhӏlүyєeαaβbεeηnιiκkνvοoρpτtυuχxγyωwıiłløođdħhŧtɑaɡgɩlſsßsꞵbᴏoᴄcᴠvᴡwᴢzΑaΒbΕeΖzΗhΙiΚkΜmΝnΟoΡpΤtΥyΧxᴀaʙbᴅdᴇeɢgʜhɪiᴊjᴋkʟlᴍmɴnᴘpʀrᴛtᴜuꜱs";

    private Folding() {}

    /** Nothing for what cannot be seen, one blank for every kind of white space, else one letter or more. */
    static String fold(int symbol) {
        if (symbol >= CACHED) {
            return folded(symbol);
        }
        String known = KNOWN.get(symbol);
        if (known == null) {
            known = folded(symbol);
            KNOWN.set(symbol, known);
        }
        return known;
    }

    private static String folded(int symbol) {
        if (Character.isWhitespace(symbol) || Character.isSpaceChar(symbol)) {
            return " ";
        }
        String plain = Normalizer.normalize(Character.toString(symbol), Normalizer.Form.NFKD);
        var folded = new StringBuilder(plain.length());
        // A capital may look like another letter than its small one.
        plain.codePoints().map(Folding::like).forEach(folded::appendCodePoint);
        String small = folded.toString().toLowerCase(Locale.ROOT);
        folded.setLength(0);
        small.codePoints().filter(Folding::isSeen).map(Folding::like).forEach(folded::appendCodePoint);
        return folded.toString();
    }

    private static int like(int symbol) {
        int like = LIKE.indexOf(symbol);
        return like >= 0 && like % 2 == 0 ? LIKE.charAt(like + 1) : symbol;
    }

    private static boolean isSeen(int symbol) {
        boolean isAccent = (symbol >= 0x300 && symbol <= 0x36F)
                || (symbol >= 0x1AB0 && symbol <= 0x1AFF)
                || (symbol >= 0x1DC0 && symbol <= 0x1DFF)
                || (symbol >= 0x20D0 && symbol <= 0x20FF)
                || (symbol >= 0xFE20 && symbol <= 0xFE2F);
        boolean isSelector = (symbol >= 0xFE00 && symbol <= 0xFE0F) || (symbol >= 0xE0100 && symbol <= 0xE01EF);
        boolean isFiller = symbol == 0x115F || symbol == 0x1160 || symbol == 0x3164 || symbol == 0xFFA0;
        int type = Character.getType(symbol);
        return !isAccent && !isSelector && !isFiller && type != Character.FORMAT && type != Character.CONTROL;
    }

    /** A whole text, as words that are looked for are kept. */
    static String fold(String text) {
        var folded = new StringBuilder(text.length());
        text.codePoints().forEach(symbol -> folded.append(fold(symbol)));
        return folded.toString().strip().replaceAll(" +", " ");
    }

    /** Whether two letters that stand side by side belong to one word; scripts without blanks between words have no such ends. */
    static boolean isJoined(char one, char other) {
        return isOfWord(one) && isOfWord(other);
    }

    private static boolean isOfWord(char unit) {
        if (unit < 0x80) {
            return (unit >= 'a' && unit <= 'z') || (unit >= '0' && unit <= '9');
        }
        return Character.isLetterOrDigit(unit)
                && switch (Character.UnicodeScript.of(unit)) {
                    case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> false;
                    default -> true;
                };
    }
}
