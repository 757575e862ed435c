import { completeWord, filesFitStatus } from '../hidden-words';
import { emptyWord } from './complete';

/**
 * The shells that completion knows. Each script asks the program itself: `slmgr @complete WORDS...` prints what fits, and
 * ends with a status of its own where the shell is to complete names of files.
 */
export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

// The bash of macOS, 3.2, has no compopt.
const bash = `# slmgr completion for bash: put "source <(slmgr completion bash)" into ~/.bashrc
_slmgr() {
  local word line found open=
  local -a words=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    case $word in
      [\\"\\']*) open=1 word=\${word:1} word=\${word%[\\"\\']} ;;
      *) open= word=\${word//\\\\/} ;;
    esac
    words+=("$word")
  done
  COMPREPLY=()
  found=$(slmgr ${completeWord} "\${words[@]}" 2>/dev/null)
  if [[ $? -eq ${filesFitStatus} ]]; then
    compopt -o default 2>/dev/null && return
    found=$(compgen -f -- "$word")
  fi
  while IFS= read -r line; do
    [[ $line ]] || continue
    if [[ $open ]]; then COMPREPLY+=("$line"); else COMPREPLY+=("$(printf '%q' "$line")"); fi
  done <<<"$found"
}
complete -F _slmgr slmgr
`;

const zsh = `#compdef slmgr
# slmgr completion for zsh: put "source <(slmgr completion zsh)" into ~/.zshrc, behind compinit
_slmgr() {
  local -a before found
  local fits
  before=("\${(@Q)words[2,CURRENT-1]}")
  found=("\${(@f)$(slmgr ${completeWord} "\${before[@]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  fits=$?
  if (( fits == ${filesFitStatus} )); then
    [[ $PREFIX == --*=* ]] && compset -P '--*='
    _files
  elif [[ -n "\${found[1]}" ]]; then
    compadd -M 'm:{a-zA-Z}={A-Za-z}' -a found
  fi
}
compdef _slmgr slmgr
`;

const fish = `# slmgr completion for fish: slmgr completion fish > ~/.config/fish/completions/slmgr.fish
function __slmgr_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct | string replace -r '^["\\']' '' | string unescape)
    set -l found (slmgr ${completeWord} $before[2..-1] "$current" 2>/dev/null)
    set -l fits $status
    if test $fits -eq ${filesFitStatus}
        set -l option (string match -r -- '^--[a-z-]+=' "$current")
        __fish_complete_path (string replace -r -- '^--[a-z-]+=' '' "$current") | string replace -r '^' -- "$option"
    else if set -q found[1]
        printf '%s\\n' $found
    end
end
complete -c slmgr -f -a '(__slmgr_complete)'
`;

// PowerShell offers files by itself where a script returns nothing, and a candidate may not be an empty text.
const powershell = `# slmgr completion for PowerShell: slmgr completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName slmgr -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
        ForEach-Object { if ($_.Value -is [string]) { $_.Value } else { "$_" } })
    if ("$wordToComplete" -eq '') { $words += '${emptyWord}' }
    $found = @(slmgr '${completeWord}' @words 2>$null)
    if ($LASTEXITCODE -eq ${filesFitStatus}) {
        if ("$wordToComplete" -notmatch '^(--[a-z-]+=)(.*)$') { return }
        $option = $Matches[1]
        [System.Management.Automation.CompletionCompleters]::CompleteFilename($Matches[2]) | ForEach-Object {
            [System.Management.Automation.CompletionResult]::new(
                $option + $_.CompletionText, $_.ListItemText, $_.ResultType, $_.ToolTip)
        }
    } elseif ($found.Count -eq 0) {
        $text = if ("$wordToComplete" -eq '') { ' ' } else { "$wordToComplete" }
        [System.Management.Automation.CompletionResult]::new($text, ' ', 'Text', ' ')
    }
    $found | ForEach-Object {
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
