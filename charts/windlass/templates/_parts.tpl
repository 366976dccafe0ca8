{{- /* The image of a part: registry/name:tag. */}}
{{- define "windlass.image" -}}
{{- $tag := default .root.Chart.AppVersion .root.Values.image.tag -}}
{{- with .root.Values.image.registry }}{{ . }}/{{ end }}{{ .name }}:{{ $tag }}{{ .suffix }}
{{- end }}

{{- define "windlass.selector" -}}
app.kubernetes.io/name: windlass-{{ .part }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- define "windlass.labels" -}}
{{ include "windlass.selector" . }}
app.kubernetes.io/component: {{ .part }}
app.kubernetes.io/part-of: windlass
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- /* What a pod of this chart may do: as little as the restricted standard for pods asks. */}}
{{- define "windlass.podSecurity" -}}
# Process 1 of a container hears no signal that it has no handler for, and a JVM has none in its first moments: a pod deleted then would live on for
# its whole grace period. Here the pod's own process is the first.
shareProcessNamespace: true
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "windlass.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{- define "windlass.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- end }}

{{- /* What is spoken to the pods of models; nothing where it is plain HTTP. Values of an older chart that are used again do not say. */}}
{{- define "windlass.mutualTls" -}}
{{- $word := default "Never" .Values.mutualTls }}
{{- if ne $word "Never" }}{{ $word }}{{ end }}
{{- end }}

{{- define "windlass.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "windlass.selector" . | nindent 8 }}
{{- end }}

{{- /* Rights of a part's account on models: in the namespaces that are watched, or, where these are all, in the cluster. */}}
{{- define "windlass.rights" -}}
{{- $account := printf "windlass-%s" .part }}
{{- $subject := dict "kind" "ServiceAccount" "name" $account "namespace" .root.Release.Namespace }}
{{- $everywhere := dict "kind" "ClusterRole" "namespace" "" }}
{{- $places := list $everywhere }}
{{- if .root.Values.operator.watchNamespaces }}
{{- $places = list }}
{{- range .root.Values.operator.watchNamespaces }}
{{- $places = append $places (dict "kind" "Role" "namespace" .) }}
{{- end }}
{{- end }}
{{- $labels := include "windlass.labels" (dict "root" .root "part" .part) }}
{{- range $number, $place := $places }}
{{- if $number }}
---
{{- end }}
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $place.kind }}
metadata:
  name: {{ $.name }}
  {{- with $place.namespace }}
  namespace: {{ . }}
  {{- end }}
  labels: {{- $labels | nindent 4 }}
rules: {{- $.rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $place.kind }}Binding
metadata:
  name: {{ $.name }}
  {{- with $place.namespace }}
  namespace: {{ . }}
  {{- end }}
  labels: {{- $labels | nindent 4 }}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: {{ $place.kind }}, name: {{ $.name }}}
subjects:
  - {{ toJson $subject }}
{{- end }}
{{- end }}
