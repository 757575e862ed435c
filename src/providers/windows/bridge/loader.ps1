$ProgressPreference='SilentlyContinue';$ErrorActionPreference='Stop'
$m=[string]$ExecutionContext.SessionState.LanguageMode
if($m-ne'FullLanguage'){Write-Output "#slmgr-mode:$m#";exit 0}
$t=(@($input)-join'').Trim().Split('.')
try{if($t.Count-ne 3){throw 'no request came over standard input'}
$d={[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($args[0]))}
$r=&([scriptblock]::Create((&$d $t[0])))(&$d $t[1])
$k='answer'}catch{$r=[string]$_;$k='failure'}
[Console]::Out.Write("#slmgr-$k`:$($t[2]):"+[Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes([string]$r))+"#`n")
exit 0
