/** Shells that completions can be made for. */
export const shells = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof shells)[number];

// `__complete` prints a candidate a line and, as kubectl wants it of a plugin, a last line `:4` (offer no files).
const ask = "kubectl-billing __complete --";

const scripts: Readonly<Record<Shell, string>> = {
  bash: `# source <(kubectl-billing completion bash)
_kubectl_billing() {
  local IFS=$'\\n'
  COMPREPLY=($(${ask} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | grep -v '^:'))
}
complete -F _kubectl_billing kubectl-billing`,
  zsh: `#compdef kubectl-billing
# source <(kubectl-billing completion zsh)
_kubectl_billing() {
  local -a found
  found=("\${(@f)$(${ask} "\${(@)words[2,CURRENT]}" 2>/dev/null | grep -v '^:')}")
  compadd -a found
}
compdef _kubectl_billing kubectl-billing`,
  fish: `# kubectl-billing completion fish | source
function __kubectl_billing
    set -l words (commandline -opc) (commandline -ct)
    ${ask} $words[2..-1] 2>/dev/null | string match -v ':*'
end
complete -c kubectl-billing -f -a '(__kubectl_billing)'`,
};

/** The script that a person sources to have \`kubectl-billing\` completed. */
export function completionScript(shell: Shell): string {
  return scripts[shell];
}
