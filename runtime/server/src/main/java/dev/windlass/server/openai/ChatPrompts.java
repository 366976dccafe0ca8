package dev.windlass.server.openai;

import dev.windlass.server.http.ApiException;
import dev.windlass.server.registry.ServedModel;
import java.util.List;
import java.util.Map;

/** Renders conversations with a model's chat template. */
final class ChatPrompts {
    private ChatPrompts() {}

    static int[] encode(ServedModel model, ChatRequest chat, List<Map<String, Object>> tools) {
        var format = model.chatFormat()
                .orElseThrow(() -> ApiException.invalid(
                        400,
                        "model",
                        "chat_not_supported",
                        "The model `%s` has no chat template and serves no chat. Use /v1/completions."
                                .formatted(model.name())));
        String prompt = format.render(chat.messages(), tools, chat.addGenerationPrompt(), chat.variables());
        int[] tokens = model.tokenizer().encode(prompt, false, true);
        if (tokens.length == 0) {
            throw ApiException.badValue("messages", "Invalid 'messages': the conversation has no text.");
        }
        return tokens;
    }
}
