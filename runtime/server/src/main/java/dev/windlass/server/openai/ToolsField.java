package dev.windlass.server.openai;

import dev.windlass.server.http.Fields;
import dev.windlass.server.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads {@code tools}. */
final class ToolsField {
    private ToolsField() {}

    /** The tools in the shape that chat templates expect. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> templates(Fields body, Json json) {
        var tools = new ArrayList<Map<String, Object>>();
        for (var tool : body.objects("tools")) {
            tools.add((Map<String, Object>) json.plain(tool.node()));
        }
        return tools;
    }
}
