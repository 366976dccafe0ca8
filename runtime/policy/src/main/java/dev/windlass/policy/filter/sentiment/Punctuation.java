package dev.windlass.policy.filter.sentiment;

/** What exclamation and question marks add to how a text feels already. */
final class Punctuation {
    private Punctuation() {}

    static double emphasis(String text) {
        long exclamations = Math.min(4, text.chars().filter(unit -> unit == '!').count());
        long questions = text.chars().filter(unit -> unit == '?').count();
        return exclamations * 0.292 + (questions <= 1 ? 0 : questions <= 3 ? questions * 0.18 : 0.96);
    }
}
