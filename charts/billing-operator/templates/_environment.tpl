{{/* Where processes find PostgreSQL, Kafka, keys and providers. Each define yields items of a container's `env`. */}}

{{- define "billing.dev.secret" -}}
{{ include "billing.fullname" . }}-dev
{{- end }}

{{/* Name and key of the Secret with a process's login, as "name/key"; "" when nothing says it. Takes root and process. */}}
{{- define "billing.database.secret" -}}
{{- $root := index . 0 -}}
{{- $database := $root.Values.database -}}
{{- $login := get $database.logins (index . 1) -}}
{{- if $login -}}
{{ $login.existingSecret }}/{{ default $database.key $login.key }}
{{- else if $database.existingSecret -}}
{{ $database.existingSecret }}/{{ $database.key }}
{{- else if $root.Values.dev.postgresql.enabled -}}
{{ include "billing.dev.secret" $root }}/DATABASE_URL
{{- end -}}
{{- end }}

{{/* Takes a list of root, process and role; without a role the process works as its login. */}}
{{- define "billing.env.database" -}}
{{- $secret := include "billing.database.secret" . | splitList "/" -}}
- name: DATABASE_URL
  valueFrom:
    secretKeyRef:
      name: {{ first $secret }}
      key: {{ last $secret }}
{{- with index . 2 }}
- name: DATABASE_ROLE
  value: {{ . }}
{{- end }}
{{- end }}

{{- define "billing.kafka.bootstrap" -}}
{{- if .Values.kafka.bootstrap -}}
{{ .Values.kafka.bootstrap }}
{{- else if .Values.dev.kafka.enabled -}}
{{- /* With the namespace: KEDA asks from another one. */ -}}
{{ include "billing.fullname" . }}-kafka.{{ .Release.Namespace }}.svc:9092
{{- end -}}
{{- end }}

{{- define "billing.env.kafka" -}}
- name: KAFKA_BOOTSTRAP
  value: {{ include "billing.kafka.bootstrap" . | quote }}
{{- with .Values.kafka.tls }}
{{- if .enabled }}
- name: KAFKA_TLS
  value: "true"
{{- if .existingSecret }}
- name: KAFKA_CA_FILE
  value: /etc/billing-operator/kafka/ca.crt
{{- end }}
{{- if .clientCertificate }}
- name: KAFKA_CERTIFICATE_FILE
  value: /etc/billing-operator/kafka/tls.crt
- name: KAFKA_KEY_FILE
  value: /etc/billing-operator/kafka/tls.key
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.kafka.sasl }}
{{- if .mechanism }}
- name: KAFKA_SASL_MECHANISM
  value: {{ .mechanism }}
- name: KAFKA_SASL_USERNAME
  valueFrom:
    secretKeyRef:
      name: {{ .existingSecret }}
      key: {{ .usernameKey }}
- name: KAFKA_SASL_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ .existingSecret }}
      key: {{ .passwordKey }}
{{- end }}
{{- end }}
{{- end }}

{{/* "true" when processes that talk to Kafka read certificates from a Secret. */}}
{{- define "billing.kafka.hasFiles" -}}
{{- if and .Values.kafka.tls.enabled .Values.kafka.tls.existingSecret -}}
true
{{- end -}}
{{- end }}

{{- define "billing.env.encryption" -}}
{{- $secret := .Values.encryption.existingSecret | default (include "billing.dev.secret" .) -}}
{{- range list "ENCRYPTION_KEYS" "BLIND_INDEX_KEY" }}
- name: {{ . }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret }}
      key: {{ . }}
{{- end }}
- name: LINK_KEYS
  valueFrom:
    secretKeyRef:
      name: {{ $secret }}
      key: LINK_KEYS
      optional: true
{{- end }}

{{/* What all bills say of the carrier: of who sends them, and of who shows how they were sent. */}}
{{- define "billing.env.carrier" -}}
{{- with .Values.carrier }}
- name: CARRIER_NAME
  value: {{ .name | quote }}
- name: CARRIER_SUPPORT_PHONE
  value: {{ .supportPhone | quote }}
- name: CARRIER_SUPPORT_EMAIL
  value: {{ .supportEmail | quote }}
- name: CARRIER_WEBSITE_URL
  value: {{ .websiteUrl | quote }}
- name: CARRIER_LOGO_URL
  value: {{ .logoUrl | quote }}
- name: BILL_URL
  value: {{ .billUrl | quote }}
- name: BILL_DUE_DAY
  value: {{ int .billDueDay | quote }}
{{- end }}
{{- end }}

{{/* A map of names and values as `env` items. */}}
{{- define "billing.env.more" -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- end }}

{{/* Variables of processes that trace; nothing without a collector. Begins with a line break. */}}
{{- define "billing.env.tracing" -}}
{{- with .Values.tracing.endpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . | quote }}
- name: OTEL_TRACES_SAMPLER_ARG
  value: {{ $.Values.tracing.messageFraction | toString | quote }}
{{- end }}
{{- end }}
