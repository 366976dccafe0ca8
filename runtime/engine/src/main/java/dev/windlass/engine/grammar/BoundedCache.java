package dev.windlass.engine.grammar;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** A map that forgets what was used least recently once its values weigh too much. Thread-safe. */
final class BoundedCache<K, V> {
    private final long capacity;
    private final ToLongFunction<V> weight;
    private final Map<K, V> entries = new LinkedHashMap<>(64, 0.75f, true);
    private long weightHeld;

    BoundedCache(long capacity, ToLongFunction<V> weight) {
        this.capacity = capacity;
        this.weight = weight;
    }

    synchronized @Nullable V get(K key) {
        return entries.get(key);
    }

    synchronized void put(K key, V value) {
        V replaced = entries.put(key, value);
        weightHeld += weight.applyAsLong(value) - (replaced == null ? 0 : weight.applyAsLong(replaced));
        Iterator<V> eldest = entries.values().iterator();
        while (weightHeld > capacity && entries.size() > 1) {
            weightHeld -= weight.applyAsLong(eldest.next());
            eldest.remove();
        }
    }
}
