package dev.windlass.api;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Everything that is wrong with a resource, found without a cluster. An API server that has the resource's definition
 * refuses the same in the same words; this is for files, for definitions that are older than the operator, and for what
 * CEL cannot see: time zones and variants' overlays.
 */
public final class SpecCheck {
    private static final Pattern NAME = Pattern.compile("[a-z]([-a-z0-9]{0,38}[a-z0-9])?");

    private SpecCheck() {}

    /** What is wrong, in the order of the fields; empty where nothing is. */
    public static List<Problem> problems(LlmDeployment resource) {
        var problems = new ArrayList<Problem>();
        if (!NAME.matcher(resource.name()).matches()) {
            problems.add(Problem.contradiction("metadata.name", Sentences.NAME));
        }
        LlmDeploymentSpec spec = resource.spec();
        problems.addAll(spec.unread());
        problems.addAll(Constraints.problems("spec", spec));
        problems.addAll(Contradictions.problems(spec));
        for (int i = 0; i < spec.variants().size(); i++) {
            problems.addAll(overlayProblems(
                    "spec.variants[" + i + "].overlay", spec, spec.variants().get(i)));
        }
        if (spec.autoscaling() != null) {
            problems.addAll(timezoneProblems(spec.autoscaling().schedules()));
        }
        return problems;
    }

    private static List<Problem> overlayProblems(String field, LlmDeploymentSpec spec, VariantSpec variant) {
        try {
            VersionedSpec merged = spec.versioned().with(variant.overlay());
            var problems = new ArrayList<>(Constraints.problems(field, merged));
            problems.addAll(Contradictions.ofBlock(field, merged));
            return problems;
        } catch (InvalidResourceException problem) {
            return List.of(Problem.contradiction(field, String.valueOf(problem.getMessage())));
        }
    }

    private static List<Problem> timezoneProblems(List<AutoscalingSpec.Schedule> schedules) {
        Set<String> known = ZoneId.getAvailableZoneIds();
        var problems = new ArrayList<Problem>();
        for (int i = 0; i < schedules.size(); i++) {
            String timezone = schedules.get(i).timezone();
            if (!known.contains(timezone) && !isZone(timezone)) {
                problems.add(new Problem(
                        "spec.autoscaling.schedules[" + i + "].timezone",
                        "a time zone such as Europe/Berlin",
                        "\"" + timezone + "\""));
            }
        }
        return problems;
    }

    private static boolean isZone(String timezone) {
        try {
            return ZoneId.of(timezone).getId().equals(timezone);
        } catch (DateTimeException unknown) {
            return false;
        }
    }
}
