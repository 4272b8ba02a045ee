{{/* Pieces of NetworkPolicies. */}}

{{/* One egress rule: to a list of peers (empty = anywhere), on TCP ports. Takes a list of peers and ports. */}}
{{- define "billing.egress" -}}
- ports:
    {{- range index . 1 }}
    - { protocol: TCP, port: {{ int . }} }
    {{- end }}
  {{- with index . 0 }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "billing.egress.postgresql" -}}
{{- include "billing.egress" (list .Values.networkPolicy.postgresqlTo .Values.database.ports) -}}
{{- end }}

{{- define "billing.egress.kafka" -}}
{{- $ports := regexFindAll ":[0-9]+" (include "billing.kafka.bootstrap" .) -1 -}}
{{- $numbers := list -}}
{{- range $ports }}{{ $numbers = append $numbers (trimPrefix ":" . | int) }}{{ end -}}
{{- range .Values.networkPolicy.kafkaPorts }}{{ $numbers = append $numbers (int .) }}{{ end -}}
{{- include "billing.egress" (list .Values.networkPolicy.kafkaTo (uniq $numbers)) -}}
{{- end }}

{{/* Head of a policy for one component. Takes a list of root, component and types. */}}
{{- define "billing.policyHead" -}}
{{- $root := index . 0 -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "billing.fullname" $root }}-{{ index . 1 }}
  labels:
    {{- include "billing.labels" (list $root (index . 1)) | nindent 4 }}
{{- end }}
