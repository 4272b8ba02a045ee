{{/* What every pod of the product has in common. */}}

{{- define "billing.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "billing.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "billing.imageFields" -}}
image: {{ include "billing.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- end }}

{{/*
A container. Takes a dict: root, name, args, env (text), resources, and by need kafka (reads Kafka's certificates),
mounts (text), serves (answers on port 8080), scraped (has metrics there and lives too short for probes), ports (text; more of them).
*/}}
{{- define "billing.container" -}}
{{- $root := .root -}}
name: {{ .name }}
{{ include "billing.imageFields" $root }}
args: {{ toJson .args }}
env:
  {{- .env | trim | nindent 2 }}
{{- if or .serves .scraped }}
ports:
  - name: http
    containerPort: 8080
  {{- with .ports }}
  {{- . | trim | nindent 2 }}
  {{- end }}
{{- end }}
{{- if .serves }}
# A consumer answers only when it has reached Kafka, which may take its ten seconds several times.
startupProbe:
  httpGet: { path: /healthz, port: http }
  periodSeconds: 2
  failureThreshold: 60
readinessProbe:
  httpGet: { path: /readyz, port: http }
  periodSeconds: 5
  timeoutSeconds: 3
# Late answers are no death: the event loop of a busy consumer is a second behind at times.
livenessProbe:
  httpGet: { path: /healthz, port: http }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
{{- end }}
resources:
  {{- toYaml .resources | nindent 2 }}
securityContext:
  {{- include "billing.containerSecurity" $root | nindent 2 }}
volumeMounts:
  - name: tmp
    mountPath: /tmp
  {{- if and .kafka (include "billing.kafka.hasFiles" $root) }}
  - name: kafka-certificates
    mountPath: /etc/billing-operator/kafka
    readOnly: true
  {{- end }}
  {{- with .mounts }}
  {{- . | trim | nindent 2 }}
  {{- end }}
  {{- with $root.Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* Volumes for the containers above. Takes a dict: root, kafka, volumes (text). */}}
{{- define "billing.volumes" -}}
- name: tmp
  emptyDir: {}
{{- if and .kafka (include "billing.kafka.hasFiles" .root) }}
- name: kafka-certificates
  secret:
    secretName: {{ .root.Values.kafka.tls.existingSecret }}
{{- end }}
{{- with .volumes }}
{{ . | trim }}
{{- end }}
{{- with .root.Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Where and how important. Takes a process's values. */}}
{{- define "billing.placement" -}}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}

{{/* In mode `job` a process waits for schema and topics, in place of crashing until they are there. */}}
{{- define "billing.waits" -}}
{{- $root := .root -}}
{{- $small := dict "requests" (dict "cpu" "10m" "memory" "64Mi") "limits" (dict "memory" "256Mi") -}}
{{- if .process }}
- {{ include "billing.container" (dict "root" $root "name" "wait-for-schema" "args" (list "migrate" "--wait" "600")
      "env" (include "billing.env.database" (list $root .process "")) "resources" $small) | nindent 2 | trim }}
{{- end }}
{{- if .kafka }}
- {{ include "billing.container" (dict "root" $root "name" "wait-for-topics" "args" (list "topics" "--wait" "600")
      "env" (include "billing.env.kafka" $root) "resources" $small "kafka" true) | nindent 2 | trim }}
{{- end }}
{{- end }}

{{/*
A Deployment. Takes a dict: root, component, account, values (of the process), args, env (text), and by need replicas
(absent = somebody else decides), process (its login, for waiting), kafka, mounts, volumes, graceSeconds, token,
ports (text), annotations (text).
*/}}
{{- define "billing.deployment" -}}
{{- $root := .root -}}
{{- $fullname := include "billing.fullname" $root -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $fullname }}-{{ .component }}
  labels:
    {{- include "billing.labels" (list $root .component) | nindent 4 }}
spec:
  {{- if hasKey . "replicas" }}
  replicas: {{ int .replicas }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "billing.selector" (list $root .component) | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "billing.podLabels" (list $root .component) | nindent 8 }}
        {{- with .values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- if or .annotations .values.podAnnotations }}
      annotations:
        {{- with .annotations }}
        {{- . | trim | nindent 8 }}
        {{- end }}
        {{- with .values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- end }}
    spec:
      serviceAccountName: {{ $fullname }}-{{ .account }}
      automountServiceAccountToken: {{ default false .token }}
      # Links of a Service named kafka would be read as settings by Kafka's image, and nobody else needs them.
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ default 30 .graceSeconds }}
      {{- with $root.Values.imagePullSecrets }}
      imagePullSecrets:
        {{- range . }}
        - name: {{ . }}
        {{- end }}
      {{- end }}
      securityContext:
        {{- include "billing.podSecurity" $root | nindent 8 }}
      {{- if eq $root.Values.migration.mode "job" }}
      initContainers:
        {{- include "billing.waits" . | trim | nindent 8 }}
      {{- end }}
      containers:
        - {{ include "billing.container" (dict "root" $root "name" .component "args" .args "env" .env "kafka" .kafka
              "resources" .values.resources "mounts" .mounts "serves" true "ports" .ports) | nindent 10 | trim }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "billing.selector" (list $root .component) | nindent 14 }}
      {{- with include "billing.placement" .values | trim }}
      {{- . | nindent 6 }}
      {{- end }}
      volumes:
        {{- include "billing.volumes" (dict "root" $root "kafka" .kafka "volumes" .volumes) | nindent 8 }}
{{- end }}

{{/* At most one pod of the component is evicted at a time. Takes a list of root and component. */}}
{{- define "billing.disruptionBudget" -}}
{{- $root := index . 0 -}}
{{- if $root.Values.podDisruptionBudgets.enabled }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "billing.fullname" $root }}-{{ index . 1 }}
  labels:
    {{- include "billing.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  # A pod that is not ready anyway must not hold up the drain of a node.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "billing.selector" . | nindent 6 }}
{{- end }}
{{- end }}
