/** Where models come from: hubs, buckets, web servers, directories. */
@NullMarked
package dev.windlass.model.source;

import org.jspecify.annotations.NullMarked;
