package dev.windlass.operator.control;

import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.memory.Memory.Told;
import dev.windlass.operator.observe.Loading;
import dev.windlass.operator.observe.Pods;
import dev.windlass.operator.observe.Preparation;
import dev.windlass.operator.observe.Seen;
import dev.windlass.operator.rollout.RolloutPlan;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;

/**
 * The pods that run and do not serve yet, and those that prepare a model for others.
 *
 * @param loading of each revision, how far the pod is that will serve first, or what prepares it
 */
record Starting(List<Pod> pods, Map<String, Loading> loading) {
    /**
     * Asks them.
     *
     * @param unprepared the revisions that have no pods yet because their model is made ready first
     */
    static Starting of(
            Surroundings around,
            LlmDeployment resource,
            Seen seen,
            Set<String> unprepared,
            Map<String, Preparation> preparations) {
        List<Pod> starting = seen.pods().stream().filter(Pods::isStarting).toList();
        List<Pod> preparing = seen.pods().stream().filter(Pods::isPreparing).toList();
        Map<String, Loading> loading = new HashMap<>();
        for (Pod pod : starting) {
            ask(around, resource, pod)
                    .ifPresent(one -> loading.merge(Seen.hash(pod), one, BinaryOperator.maxBy(Loading.BY_PROGRESS)));
        }
        for (Pod pod : preparing) {
            ask(around, resource, pod)
                    // What it says before it knows what there is to do.
                    .filter(one -> one.phase().compareTo(Loading.Phase.Loading) < 0)
                    .ifPresent(
                            one -> loading.merge(Seen.prepares(pod), one, BinaryOperator.maxBy(Loading.BY_PROGRESS)));
        }
        for (String hash : unprepared) {
            Preparation preparation = preparations.get(hash);
            if (preparation != null && preparation.problem() == null) {
                loading.putIfAbsent(hash, new Loading(preparation.phase(), "", 0, 0, 0, null));
            }
        }
        return new Starting(Stream.concat(starting.stream(), preparing.stream()).toList(), loading);
    }

    /**
     * What is known of each revision's model.
     *
     * @param before what was said earlier, and stays true of the pods that said it
     */
    Map<String, Told> told(RolloutPlan plan, Map<String, Told> before) {
        Map<String, Told> told = new HashMap<>();
        for (var planned : plan.revisions()) {
            String hash = planned.hash();
            Loading now = loading.get(hash);
            Told earlier = before.get(hash);
            if (now != null && !(now.revision() + now.sha256()).isEmpty()) {
                told.put(hash, new Told(now.revision(), now.sha256()));
            } else if (earlier != null) {
                told.put(hash, earlier);
            }
        }
        return told;
    }

    private static Optional<Loading> ask(Surroundings around, LlmDeployment resource, Pod pod) {
        return around.loadings()
                .of(
                        pod.getMetadata().getUid(),
                        around.runtimeAddress().apply(pod),
                        () -> around.wake().accept(resource));
    }
}
