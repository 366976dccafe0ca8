package dev.windlass.operator.control;

import dev.windlass.api.LlmDeployment;
import dev.windlass.operator.observe.Loading;
import dev.windlass.operator.observe.Pods;
import dev.windlass.operator.observe.Preparation;
import dev.windlass.operator.observe.Seen;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;

/**
 * The pods that run and do not serve yet.
 *
 * @param loading of each revision, how far the pod is that will serve first
 */
record Starting(List<Pod> pods, Map<String, Loading> loading) {
    static Starting of(Surroundings around, LlmDeployment resource, Seen seen) {
        List<Pod> pods = seen.pods().stream().filter(Pods::isStarting).toList();
        Map<String, Loading> loading = new HashMap<>();
        for (Pod pod : pods) {
            around.loadings()
                    .of(
                            pod.getMetadata().getUid(),
                            around.runtimeAddress().apply(pod),
                            () -> around.wake().accept(resource))
                    .ifPresent(one -> loading.merge(Seen.hash(pod), one, BinaryOperator.maxBy(Loading.BY_PROGRESS)));
        }
        return new Starting(pods, loading);
    }

    /** Also the revisions that have no pods yet because their model is made ready first. */
    Starting with(Set<String> unprepared, Map<String, Preparation> preparations) {
        Map<String, Loading> all = new HashMap<>(loading);
        for (String hash : unprepared) {
            Preparation preparation = preparations.get(hash);
            if (preparation != null && preparation.problem() == null) {
                all.putIfAbsent(hash, new Loading(preparation.phase(), "", 0, 0, 0, null));
            }
        }
        return new Starting(pods, all);
    }
}
