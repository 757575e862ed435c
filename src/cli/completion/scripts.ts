import { completeWord } from '../hidden-words';

/** The shells that completion knows. Each script asks the program itself: `slmgr @complete WORDS...`. */
export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

const bash = `# slmgr completion for bash: put "source <(slmgr completion bash)" into ~/.bashrc
_slmgr() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("$(printf '%q' "$line")")
  done < <(slmgr ${completeWord} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _slmgr slmgr
`;

const zsh = `#compdef slmgr
# slmgr completion for zsh: put "source <(slmgr completion zsh)" into ~/.zshrc, behind compinit
_slmgr() {
  local -a found
  found=("\${(@f)$(slmgr ${completeWord} "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if (( \${#found} )) && [[ -n "\${found[1]}" ]]; then compadd -M 'm:{a-zA-Z}={A-Za-z}' -a found; else _files; fi
}
compdef _slmgr slmgr
`;

const fish = `# slmgr completion for fish: slmgr completion fish > ~/.config/fish/completions/slmgr.fish
function __slmgr_complete
    set -l words (commandline -opc) (commandline -ct)
    slmgr ${completeWord} $words[2..-1] 2>/dev/null
end
complete -c slmgr -a '(__slmgr_complete)'
`;

const powershell = `# slmgr completion for PowerShell: slmgr completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName slmgr -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
    if ($wordToComplete -eq '') { $words += '' }
    slmgr ${completeWord} @words 2>$null | ForEach-Object {
        $text = if ($_ -match '[\\s()]') { "'$_'" } else { $_ }
        [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
    }
}
`;

const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell };

/** The completion script of a shell. */
export function completionScript(shell: Shell): string {
  return scripts[shell];
}
