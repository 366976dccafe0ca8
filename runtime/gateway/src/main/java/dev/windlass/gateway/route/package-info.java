/** Which model names lead where: immutable tables, and how they are made of deployments and endpoints. */
@NullMarked
package dev.windlass.gateway.route;

import org.jspecify.annotations.NullMarked;
