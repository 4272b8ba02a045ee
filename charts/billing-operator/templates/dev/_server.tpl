{{/* What the servers of a laptop share. Each takes a list of root and component. */}}

{{- define "billing.dev.service" -}}
{{- $root := index . 0 -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "billing.fullname" $root }}-{{ index . 1 }}
  labels:
    {{- include "billing.labels" (list $root (index . 1)) | nindent 4 }}
spec:
  selector:
    {{- include "billing.selector" (list $root (index . 1)) | nindent 4 }}
  ports:
    - { name: server, port: {{ index . 2 }} }
{{- end }}

{{/* The rest of the release, and if asked for anybody of the cluster, may connect. Takes root, component, port, "anybody". */}}
{{- define "billing.dev.policy" -}}
{{- $root := index . 0 -}}
{{- if $root.Values.networkPolicy.enabled }}
---
{{ include "billing.policyHead" (list $root (index . 1)) }}
spec:
  podSelector:
    matchLabels:
      {{- include "billing.podSelector" (list $root (index . 1)) | nindent 6 }}
  policyTypes: [Ingress]
  ingress:
    - ports:
        - { protocol: TCP, port: {{ index . 2 }} }
      from:
        - podSelector:
            matchLabels:
              billing.telco.dev/release: {{ $root.Release.Name }}
        {{- if index . 3 }}
        # KEDA asks from a namespace whose name is not ours to know.
        - namespaceSelector: {}
        {{- end }}
{{- end }}
{{- end }}

{{- define "billing.dev.security" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
seccompProfile:
  type: RuntimeDefault
{{- end }}
