/** HTTP and JSON, and nothing of models: bodies, typed fields, errors, event streams and client connections. */
@NullMarked
package dev.windlass.http;

import org.jspecify.annotations.NullMarked;
