{{/* Consumers: each takes a list of root, channel and the consumer's values (defaults merged in). */}}

{{/* The lag for which KEDA adds a replica. */}}
{{- define "billing.consumer.lagThreshold" -}}
{{- with (index . 2).autoscaling -}}
{{- $product := mulf .sendsPerSecond .drainSeconds | int64 -}}
{{- ternary (int64 .lagThreshold) (max $product 1) (gt (int64 .lagThreshold) 0) -}}
{{- end -}}
{{- end }}

{{/* The largest lag at which KEDA still adds a replica: the dispatcher must let so much wait in Kafka. */}}
{{- define "billing.consumer.fullLag" -}}
{{- mul (include "billing.consumer.lagThreshold" . | int64) (int64 (index . 2).autoscaling.maxReplicas) -}}
{{- end }}

{{/* Partitions of the topic, 0 when the values do not name it. Takes a list of root and channel. */}}
{{- define "billing.consumer.partitions" -}}
{{- int (default 0 (get (index . 0).Values.kafka.topics.partitions (index . 1))) -}}
{{- end }}

{{- define "billing.consumer.providerUrl" -}}
{{- $root := index . 0 -}}
{{- $provider := (index . 2).provider -}}
{{- if $provider.url -}}
{{ $provider.url }}
{{- else if $root.Values.dev.providerSimulator.enabled -}}
http://{{ include "billing.fullname" $root }}-provider-simulator:8080
{{- end -}}
{{- end }}

{{/* Port of the provider, for the NetworkPolicy; 0 = nobody knows it. */}}
{{- define "billing.consumer.providerPort" -}}
{{- $provider := (index . 2).provider -}}
{{- if $provider.existingSecret -}}
{{ int $provider.port }}
{{- else -}}
{{- $url := include "billing.consumer.providerUrl" . -}}
{{- $port := regexFind ":[0-9]+/?$" $url | trimAll ":/" -}}
{{- $customary := dict "http" 80 "https" 443 "smtp" 25 "smtps" 465 -}}
{{ int (default (get $customary (first (splitList ":" $url)) | default 0) $port) }}
{{- end -}}
{{- end }}

{{- define "billing.env.consumer" -}}
{{- $root := index . 0 -}}
{{- $channel := index . 1 -}}
{{- $consumer := index . 2 -}}
- name: LOG_LEVEL
  value: {{ $root.Values.logLevel }}
- name: HEALTH_PORT
  value: "8080"
{{ include "billing.env.database" (list $root $channel "billing_consumer") }}
{{ include "billing.env.kafka" $root }}
{{- include "billing.env.encryption" $root }}
{{- with $consumer.provider }}
{{- if .list.existingSecret }}
- name: PROVIDERS
  valueFrom:
    secretKeyRef:
      name: {{ .list.existingSecret }}
      key: {{ .list.key }}
{{- else }}
- name: PROVIDER_URL
  {{- if .existingSecret }}
  valueFrom:
    secretKeyRef:
      name: {{ .existingSecret }}
      key: {{ .key }}
  {{- else }}
  value: {{ include "billing.consumer.providerUrl" (list $root $channel $consumer) | quote }}
  {{- end }}
{{- end }}
{{- end }}
- name: PROVIDER_TIMEOUT_MS
  value: {{ int64 $consumer.provider.timeoutMs | quote }}
- name: IN_FLIGHT
  value: {{ int64 $consumer.inFlight | quote }}
- name: SHUTDOWN_DEADLINE_MS
  value: {{ int64 $consumer.shutdownDeadlineMs | quote }}
{{- include "billing.env.carrier" $root }}
{{- include "billing.env.tracing" $root }}
{{- include "billing.env.more" $consumer.env }}
{{- end }}
