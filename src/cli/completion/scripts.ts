import { completeWord } from '../hidden-words';
import { emptyWord } from './complete';

/** The shells that completion knows. Each script asks the program itself: `slmgr @complete WORDS...`. */
export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

const bash = `# slmgr completion for bash: put "source <(slmgr completion bash)" into ~/.bashrc
_slmgr() {
  local word line open=
  local -a words=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    case $word in
      [\\"\\']*) open=1 word=\${word:1} word=\${word%[\\"\\']} ;;
      *) open= word=\${word//\\\\/} ;;
    esac
    words+=("$word")
  done
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $open ]]; then COMPREPLY+=("$line"); else COMPREPLY+=("$(printf '%q' "$line")"); fi
  done < <(slmgr ${completeWord} "\${words[@]}" 2>/dev/null)
}
complete -o default -F _slmgr slmgr
`;

const zsh = `#compdef slmgr
# slmgr completion for zsh: put "source <(slmgr completion zsh)" into ~/.zshrc, behind compinit
_slmgr() {
  local -a before found
  before=("\${(@Q)words[2,CURRENT-1]}")
  found=("\${(@f)$(slmgr ${completeWord} "\${before[@]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  if (( \${#found} )) && [[ -n "\${found[1]}" ]]; then compadd -M 'm:{a-zA-Z}={A-Za-z}' -a found; else _files; fi
}
compdef _slmgr slmgr
`;

const fish = `# slmgr completion for fish: slmgr completion fish > ~/.config/fish/completions/slmgr.fish
function __slmgr_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct | string replace -r '^["\\']' '' | string unescape)
    set -l found (slmgr ${completeWord} $before[2..-1] "$current" 2>/dev/null)
    if set -q found[1]
        printf '%s\\n' $found
    else
        __fish_complete_path "$current"
    end
end
complete -c slmgr -f -a '(__slmgr_complete)'
`;

const powershell = `# slmgr completion for PowerShell: slmgr completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName slmgr -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
        ForEach-Object { if ($_.Value -is [string]) { $_.Value } else { "$_" } })
    if ("$wordToComplete" -eq '') { $words += '${emptyWord}' }
    slmgr '${completeWord}' @words 2>$null | ForEach-Object {
        $text = if ($_ -match '[\\s(),;]') { "'$($_ -replace "'", "''")'" } else { $_ }
        [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
    }
}
`;

const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell };

/** The completion script of a shell. */
export function completionScript(shell: Shell): string {
  return scripts[shell];
}
