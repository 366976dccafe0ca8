package dev.windlass.server.registry;

import java.util.List;
import java.util.Map;

/** A model's chat template. */
public interface ChatFormat {
    String render(
            List<Map<String, Object>> messages,
            List<Map<String, Object>> tools,
            boolean addGenerationPrompt,
            Map<String, Object> variables);
}
