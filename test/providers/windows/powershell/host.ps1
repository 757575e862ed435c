# Runs licensing.ps1 again and again in one PowerShell, since starting one for each question takes a second: reads
# lines "kind base64" and answers each with a line of base64. Kinds: case (a conformance case), ask (a request of the
# bridge), calls (what was called since the case began), thrown (the numbers that the script finds in errors).
param([string]$Script, [string]$Module)
$ErrorActionPreference = 'Stop'
$env:SystemRoot = 'C:\Windows'
Import-Module $Module
$text = [System.IO.File]::ReadAllText($Script)
$licensing = [scriptblock]::Create($text)
# The script's functions without its work, to try one of them.
$functions = $text.Substring(0, $text.IndexOf('$request = '))
$probe = [scriptblock]::Create($functions + @'

function Get-Thrown { param([scriptblock]$Act) try { & $Act } catch { return Get-Hresult $_ } }
$marked = New-Object System.Runtime.InteropServices.COMException ('HRESULT 0x00000000', -1073418124)
$denied = New-Object System.UnauthorizedAccessException ('HRESULT 0x00000000')
return ConvertTo-Json -Compress -InputObject ([ordered]@{
    inner = Get-Thrown { throw (New-Object System.Exception ('HRESULT 0x80041010 is not it', $marked)) }
    innerOfText = Get-Thrown { throw (New-Object System.InvalidOperationException ('outer', (New-Object System.Exception ('middle', $denied)))) }
    zero = Get-Thrown { throw 'HRESULT 0x00000000, and HRESULT 0x80070005 in a text' }
    fileName = Get-Thrown { $null = [System.IO.File]::ReadAllText('/nowhere HRESULT 0x80070005.txt') }
    own = Get-Thrown { throw (New-Failure '0x80041002' 'HRESULT 0x80070005 of somebody else') }
})
'@)
$utf8 = New-Object System.Text.UTF8Encoding $false
while ($null -ne ($line = [Console]::In.ReadLine())) {
    $kind, $encoded = $line.Split(' ')
    $body = if ($encoded) { $utf8.GetString([Convert]::FromBase64String($encoded)) } else { '' }
    try {
        $answer = switch ($kind) {
            'case' { Set-StandInCase (ConvertFrom-Json -InputObject $body -DateKind String); 'ok' }
            'ask' { & $licensing $body }
            'thrown' { & $probe '' }
            'calls' { ConvertTo-Json -InputObject (Get-StandInCalls) -Compress }
        }
    } catch {
        $answer = 'failure: ' + $_ + ' ' + $_.ScriptStackTrace
    }
    [Console]::Out.WriteLine([Convert]::ToBase64String($utf8.GetBytes([string]$answer)))
}
