{{/* Names and labels. */}}

{{- define "billing.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{/* Prefix of every object's name. At most 40 characters, so that the longest suffix and a Job's pod name still fit 63. */}}
{{- define "billing.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "billing.name" . -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{/* What a selector may use: it must not change from version to version. Takes a list of the root and the component. */}}
{{- define "billing.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "billing.name" $root }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "billing.labels" -}}
{{- $root := index . 0 -}}
{{ include "billing.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: billing-operator
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- end }}

{{/*
How network rules and Prometheus find a pod. Labels of our own: the operator gives its Jobs' pods the customary ones of
the run that they belong to.
*/}}
{{- define "billing.podSelector" -}}
billing.telco.dev/release: {{ (index . 0).Release.Name }}
billing.telco.dev/process: {{ index . 1 }}
{{- end }}

{{- define "billing.podLabels" -}}
{{ include "billing.labels" . }}
{{ include "billing.podSelector" . }}
{{- end }}

{{- define "billing.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ default $.Chart.AppVersion .tag }}
{{- end -}}
{{- end -}}
{{- end }}

{{/* "true" or "": a value of auto, true or false, and the API that auto looks for. Takes a list of root, value, API. */}}
{{- define "billing.wanted" -}}
{{- $value := index . 1 | toString -}}
{{- if or (eq $value "true") (and (eq $value "auto") ((index . 0).Capabilities.APIVersions.Has (index . 2))) -}}
true
{{- end -}}
{{- end }}
