package dev.windlass.server.openai;

import dev.windlass.engine.token.ChatTemplate;
import dev.windlass.engine.token.jinja.TemplateException;
import dev.windlass.http.ApiException;
import dev.windlass.server.registry.ServedModel;
import java.util.List;
import java.util.Map;

/** Renders conversations with a model's chat template. */
final class ChatPrompts {
    private ChatPrompts() {}

    /** @param text what the template made of the conversation */
    record ChatPrompt(String text, int[] tokens) {}

    static ChatPrompt encode(ServedModel model, ChatRequest chat, List<Map<String, Object>> tools) {
        var format = model.chatTemplate()
                .orElseThrow(() -> ApiException.invalid(
                        400,
                        "model",
                        "chat_not_supported",
                        "The model `%s` has no chat template and serves no chat. Use /v1/completions."
                                .formatted(model.name())));
        String text = render(format, chat, tools);
        int[] tokens = model.tokenizer().encode(text, chat.addSpecialTokens(), true);
        if (tokens.length == 0) {
            throw ApiException.badValue("messages", "Invalid 'messages': the conversation has no text.");
        }
        return new ChatPrompt(text, tokens);
    }

    private static String render(ChatTemplate template, ChatRequest chat, List<Map<String, Object>> tools) {
        try {
            String text = template.render(chat.messages(), tools, chat.addGenerationPrompt(), chat.variables());
            return chat.continueFinal() ? openEnded(text, chat) : text;
        } catch (TemplateException e) {
            throw ApiException.invalid(
                    400,
                    "messages",
                    "chat_template_error",
                    "The model's chat template refused the messages: " + e.getMessage());
        }
    }

    /** Cuts off what the template wrote after the last message, so that the model goes on with it. */
    private static String openEnded(String text, ChatRequest chat) {
        String last = String.valueOf(chat.messages().getLast().get("content")).strip();
        int at = last.isEmpty() ? -1 : text.lastIndexOf(last);
        if (at < 0) {
            throw ApiException.badValue(
                    "continue_final_message",
                    "The last message's text does not appear in the rendered prompt, so it cannot be continued.");
        }
        return text.substring(0, at + last.length());
    }
}
