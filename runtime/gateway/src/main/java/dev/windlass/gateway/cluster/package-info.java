/** What a gateway asks and tells the API server of its cluster, besides what it watches. */
@NullMarked
package dev.windlass.gateway.cluster;

import org.jspecify.annotations.NullMarked;
