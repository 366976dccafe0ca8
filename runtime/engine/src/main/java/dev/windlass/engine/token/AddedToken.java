package dev.windlass.engine.token;

/** A token that is matched in the text before the tokenizer's model sees it. */
record AddedToken(int id, String content, boolean special) {
    AddedToken {
        if (id < 0 || id > TokenizerFile.LARGEST_ID) {
            throw new TokenizerException("added token \"%s\": expected an id of 0 to %d, got %d"
                    .formatted(content, TokenizerFile.LARGEST_ID, id));
        }
    }
}
