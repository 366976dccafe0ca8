package dev.windlass.api;

import com.fasterxml.jackson.annotation.JsonInclude;

/** A block of the resource: what is empty is not written. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
interface Block {}
