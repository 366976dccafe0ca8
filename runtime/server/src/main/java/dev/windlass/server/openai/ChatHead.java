package dev.windlass.server.openai;

/**
 * What all parts of a chat's answer share.
 *
 * @param created seconds since 1970
 * @param echo what the answer repeats before it begins
 * @param reading how the output is read
 */
record ChatHead(
        String id, long created, GenerationTerms terms, TokenNames names, String echo, ChatText.Reading reading) {}
