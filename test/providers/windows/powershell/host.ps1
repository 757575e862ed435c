# Runs licensing.ps1 again and again in one PowerShell, since starting one for each question takes a second: reads
# lines "kind base64" and answers each with a line of base64. Kinds: case (a conformance case), ask (a request of the
# bridge), calls (what was called since the case began).
param([string]$Script, [string]$Module)
$ErrorActionPreference = 'Stop'
$env:SystemRoot = 'C:\Windows'
Import-Module $Module
$text = [System.IO.File]::ReadAllText($Script)
$licensing = [scriptblock]::Create($text)
$utf8 = New-Object System.Text.UTF8Encoding $false
while ($null -ne ($line = [Console]::In.ReadLine())) {
    $kind, $encoded = $line.Split(' ')
    $body = if ($encoded) { $utf8.GetString([Convert]::FromBase64String($encoded)) } else { '' }
    try {
        $answer = switch ($kind) {
            'case' { Set-StandInCase (ConvertFrom-Json -InputObject $body -DateKind String); 'ok' }
            'ask' { & $licensing $body }
            'calls' { ConvertTo-Json -InputObject (Get-StandInCalls) -Compress }
        }
    } catch {
        $answer = 'failure: ' + $_ + ' ' + $_.ScriptStackTrace
    }
    [Console]::Out.WriteLine([Convert]::ToBase64String($utf8.GetBytes([string]$answer)))
}
