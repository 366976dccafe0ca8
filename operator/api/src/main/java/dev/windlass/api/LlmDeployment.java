package dev.windlass.api;

import static dev.windlass.api.InvalidResourceException.require;

import org.jspecify.annotations.Nullable;

/** A language model to serve: the resource that a cluster's operator reconciles and one machine serves directly. */
public record LlmDeployment(String apiVersion, String kind, Metadata metadata, LlmDeploymentSpec spec) {
    public static final String API_VERSION = "windlass.dev/v1alpha1";
    public static final String KIND = "LlmDeployment";

    public LlmDeployment(
            @Nullable String apiVersion,
            @Nullable String kind,
            @Nullable Metadata metadata,
            @Nullable LlmDeploymentSpec spec) {
        require(API_VERSION.equals(apiVersion), "apiVersion", API_VERSION, apiVersion);
        require(KIND.equals(kind), "kind", KIND, kind);
        this.apiVersion = API_VERSION;
        this.kind = KIND;
        this.metadata = require(metadata, "metadata", "an object with a name");
        this.spec = require(spec, "spec", "an object with a model");
    }
}
