# Reads and changes the licensing of this computer, as slmgr.vbs does, and answers in JSON.
#
# It takes one JSON document { v, steps: [ { do: { op, ... }, onError: 'stop'|'go-on', accept: [codes] } ] } and
# returns one JSON document { v, host, results: [ { ok, value } or { ok, error } ] }. Steps run in order; after a
# step that failed (and is not marked 'go-on') the rest is not done and has no result. Nothing is written to the
# output but the returned text, and nothing is kept on the computer.
#
# Runs on Windows PowerShell 5.1 and on PowerShell 7; uses no syntax newer than 5.1.

param([string]$RequestJson)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$WarningPreference = 'SilentlyContinue'
$InformationPreference = 'SilentlyContinue'

# Windows PowerShell gives arrays a property of its own, with which ConvertTo-Json may write them as objects.
Remove-TypeData -TypeName 'System.Array' -ErrorAction SilentlyContinue

$script:Cimv2 = 'root/cimv2'
$script:LocalMachine = [uint32]2147483650 # HKEY_LOCAL_MACHINE for StdRegProv
$script:ClrFailure = -2146233088          # 0x80131500: the general .NET code, which tells nothing
$script:LightProperties = @('ID', 'ApplicationID', 'PartialProductKey', 'LicenseIsAddon', 'Description', 'Name')
$script:Instances = @{}                   # instances that were read in this run, by class and key

# ---------------------------------------------------------------------------------------------- small helpers

function Get-PropertyOf {
    # A property of an object that may not have it (strict mode throws on a missing one).
    param($Object, [string]$Name)
    if ($null -eq $Object) { return $null }
    $property = $Object.PSObject.Properties[$Name]
    if ($null -eq $property) { return $null }
    return $property.Value
}

function Format-Hresult {
    # Signed and unsigned numbers both occur for one code: eight upper-case digits of the low 32 bits.
    param($Number)
    return '0x{0:X8}' -f ([int64]$Number -band [int64]4294967295)
}

function New-Failure {
    # An error of our own with a code; Get-Failure finds it again.
    param([string]$Code, [string]$Message)
    return New-Object System.Management.Automation.RuntimeException ('HRESULT ' + $Code + ' ' + $Message)
}

# ------------------------------------------------------------------------------------------------------ errors

function Get-Hresult {
    # Where the real code of an error is, in the order in which it is worth believing.
    param($Record)
    $exception = $Record.Exception
    while ($exception -is [System.Management.Automation.MethodInvocationException] -and $exception.InnerException) {
        $exception = $exception.InnerException
    }

    # 1. The error object of the WMI provider.
    $data = Get-PropertyOf $exception 'ErrorData'
    if ($null -ne $data) {
        $code = $null
        $properties = Get-PropertyOf $data 'CimInstanceProperties'
        if ($null -ne $properties) {
            $entry = $properties['error_Code']
            if ($null -ne $entry) { $code = $entry.Value }
        } else {
            $code = Get-PropertyOf $data 'error_Code'
        }
        if ($null -ne $code -and [int64]$code -ne 0) { return Format-Hresult $code }
    }

    # 2. and 3. "HRESULT 0x8004..." in the message's identifier, or in the record's; our own errors carry it in the text.
    $texts = @((Get-PropertyOf $exception 'MessageId'), $Record.FullyQualifiedErrorId)
    if ($exception -is [System.Management.Automation.RuntimeException]) { $texts += $exception.Message }
    foreach ($text in $texts) {
        if ([string]$text -match 'HRESULT 0x([0-9a-fA-F]{8})') { return '0x' + $Matches[1].ToUpperInvariant() }
    }

    # 4. The code of the exception, then of those inside it.
    $inner = $exception
    while ($null -ne $inner) {
        $code = Get-PropertyOf $inner 'HResult'
        if ($null -ne $code -and $code -ne 0 -and $code -ne $script:ClrFailure -and -not (Test-ClrCode $code)) {
            return Format-Hresult $code
        }
        $inner = $inner.InnerException
    }

    # 5. The coarse name of the CIM error.
    switch ([string](Get-PropertyOf $exception 'NativeErrorCode')) {
        'AccessDenied' { return '0x80041003' }
        'NotFound' { return '0x80041002' }
        'InvalidNamespace' { return '0x8004100E' }
        'InvalidClass' { return '0x80041010' }
        'InvalidParameter' { return '0x80041008' }
        'MethodNotFound' { return '0x80041055' }
        'MethodNotAvailable' { return '0x80041056' }
        'InvalidQuery' { return '0x80041017' }
        'NotSupported' { return '0x8004100C' }
    }
    return '0x80041001'
}

function Test-ClrCode {
    # Codes 0x8013.... say which .NET exception it was, not what Windows said.
    param($Code)
    return (([int64]$Code -band [int64]4294967295) -shr 16) -eq 32787
}

function Get-Failure {
    param($Record, [string]$Stage)
    $exception = $Record.Exception
    $native = Get-PropertyOf $exception 'NativeErrorCode'
    if ($null -ne $native) { $native = [string]$native }
    $messageId = Get-PropertyOf $exception 'MessageId'
    if ($null -ne $messageId) { $messageId = [string]$messageId }
    return [ordered]@{
        hresult = Get-Hresult $Record
        message = [string]$exception.Message
        stage = $Stage
        nativeErrorCode = $native
        messageId = $messageId
        fqid = [string]$Record.FullyQualifiedErrorId
    }
}

# ---------------------------------------------------------------------------------------------------- licensing

function ConvertTo-Plain {
    # A CIM value as JSON can carry it: dates in ISO (UTC), what a double cannot hold as text, arrays as arrays.
    param($Value)
    if ($null -eq $Value) { return $null }
    if ($Value -is [datetime]) {
        if ($Value.Year -le 1601) { return '1601-01-01T00:00:00.0000000Z' }
        try { return $Value.ToUniversalTime().ToString('o', [System.Globalization.CultureInfo]::InvariantCulture) }
        catch { return $null }
    }
    if ($Value -is [timespan]) { return [string]$Value }
    if ($Value -is [uint64] -or $Value -is [int64]) {
        if ([math]::Abs([double]$Value) -lt 9007199254740991) { return [int64]$Value }
        return $Value.ToString([System.Globalization.CultureInfo]::InvariantCulture)
    }
    if ($Value -is [string] -or $Value -is [bool]) { return $Value }
    if ($Value -is [array]) {
        $list = @()
        foreach ($item in $Value) { $list += , (ConvertTo-Plain $item) }
        return , $list
    }
    return $Value
}

function ConvertTo-WqlText {
    param([string]$Text)
    return "'" + $Text.Replace('\', '\\').Replace("'", "\'") + "'"
}

function Get-WqlWhere {
    param($Filter, [string]$KeyName)
    switch ($Filter.kind) {
        'has-product-key' { return ' WHERE PartialProductKey <> null' }
        'id' { return ' WHERE ' + $KeyName + ' = ' + (ConvertTo-WqlText $Filter.id) }
    }
    return ''
}

function Get-CimRows {
    param([string]$Class, $Select, [string]$Where)
    $query = 'SELECT ' + ($Select -join ', ') + ' FROM ' + $Class + $Where
    return , @(Get-CimInstance -Namespace $script:Cimv2 -Query $query -ErrorAction Stop)
}

function Get-KnownProperties {
    # The names that this build of Windows has, of those that were asked for.
    param([string]$Class, $Select)
    $declared = @{}
    $declaration = Get-CimClass -Namespace $script:Cimv2 -ClassName $Class -ErrorAction Stop
    foreach ($property in $declaration.CimClassProperties) { $declared[[string]$property.Name] = $true }
    return , @($Select | Where-Object { $declared.ContainsKey([string]$_) })
}

function Get-RowsOrRetry {
    # A select list with a property that this build lacks fails as a whole (invalid query): ask again without it.
    param([string]$Class, $Select, [string]$Where)
    try {
        return , (Get-CimRows $Class $Select $Where)
    } catch {
        if ((Get-Hresult $_) -ne '0x80041017') { throw }
        $known = Get-KnownProperties $Class $Select
        if ($known.Count -eq 0 -or $known.Count -eq @($Select).Count) { throw }
        return , (Get-CimRows $Class $known $Where)
    }
}

function ConvertTo-Row {
    # Only the properties that were asked for, without what the cmdlet adds.
    param($Instance, $Select)
    $row = [ordered]@{}
    $properties = Get-PropertyOf $Instance 'CimInstanceProperties'
    foreach ($name in $Select) {
        $value = $null
        if ($null -ne $properties) {
            $entry = $properties[$name]
            if ($null -eq $entry) { continue }
            $value = $entry.Value
        } else {
            $entry = $Instance.PSObject.Properties[$name]
            if ($null -eq $entry) { continue }
            $value = $entry.Value
        }
        $row[$name] = ConvertTo-Plain $value
    }
    return $row
}

function Test-Light {
    # Whether a list asks only for what tells a product: Windows has that at hand for every one.
    param($Select)
    foreach ($name in $Select) {
        if ($script:LightProperties -notcontains $name) { return $false }
    }
    return $true
}

function Get-InTwoPhases {
    # As slmgr reads products: first which ones are meant, then everything of those alone. Windows computes some
    # properties (installation ID, counters, trusted time) for each of the hundreds of products that a query goes over.
    param([string]$Class, $Select, [string]$Where)
    $keyName = [string]$Select[0]
    $seen = @{}
    $instances = @()
    foreach ($found in (Get-CimRows $Class @($keyName) $Where)) {
        $row = ConvertTo-Row $found @($keyName)
        $key = [string]$row[$keyName]
        if ($seen.ContainsKey($key)) { continue }
        $seen[$key] = $true
        $instances += Get-RowsOrRetry $Class $Select (' WHERE ' + $keyName + ' = ' + (ConvertTo-WqlText $key))
    }
    return , $instances
}

function Invoke-Query {
    param($Operation)
    $select = @($Operation.select)
    $where = Get-WqlWhere $Operation.filter $select[0]
    # Where all products are asked for, all are shown, and one query is the least work.
    if ($Operation.filter.kind -eq 'has-product-key' -and -not (Test-Light $select)) {
        $instances = Get-InTwoPhases $Operation.class $select $where
    } else {
        $instances = Get-RowsOrRetry $Operation.class $select $where
    }
    $rows = @()
    foreach ($instance in $instances) {
        $row = ConvertTo-Row $instance $select
        $script:Instances[$Operation.class + '|' + [string]$row[$select[0]]] = $instance
        $rows += , $row
    }
    return , $rows
}

function Get-Target {
    # The instance to call a method on: from an earlier step of this run, else read by its key.
    param($Operation)
    $known = $script:Instances[$Operation.class + '|' + $Operation.key]
    if ($null -ne $known) { return $known }
    $where = ''
    if ($Operation.class -ne 'SoftwareLicensingService') {
        $where = ' WHERE ' + $Operation.keyName + ' = ' + (ConvertTo-WqlText $Operation.key)
    }
    $found = Get-CimRows $Operation.class @($Operation.keyName) $where
    if ($found.Count -eq 0) { throw (New-Failure '0x80041002' 'The instance is not there any more.') }
    $script:Instances[$Operation.class + '|' + $Operation.key] = $found[0]
    return $found[0]
}

function ConvertTo-Typed {
    param($Argument)
    switch ($Argument.type) {
        'uint32' { return [uint32]([int64]$Argument.value -band [int64]4294967295) }
        'boolean' { return [bool]$Argument.value }
        'file' { return Read-LicenseFile ([string]$Argument.value) }
    }
    return [string]$Argument.value
}

function Invoke-Method {
    param($Operation)
    $arguments = @{}
    foreach ($argument in @($Operation.args)) { $arguments[$argument.name] = ConvertTo-Typed $argument }
    $target = Get-Target $Operation
    if ($arguments.Count -gt 0) {
        $answer = Invoke-CimMethod -InputObject $target -MethodName $Operation.method -Arguments $arguments -ErrorAction Stop
    } else {
        $answer = Invoke-CimMethod -InputObject $target -MethodName $Operation.method -ErrorAction Stop
    }
    $code = Get-PropertyOf $answer 'ReturnValue'
    if ($null -ne $code -and [int64]$code -ne 0) {
        throw (New-Failure (Format-Hresult $code) ($Operation.method + ' returned a failure.'))
    }
    $out = [ordered]@{}
    foreach ($name in @('Grants', 'Challenge', 'InstallationID')) {
        $value = Get-PropertyOf $answer $name
        if ($null -ne $value) { $out[$name] = ConvertTo-Plain $value }
    }
    return $out
}

# ----------------------------------------------------------------------------------------------------- registry

function Invoke-RegistryMethod {
    # StdRegProv, as slmgr.vbs uses it: no exception, but a Win32 code in ReturnValue.
    param([string]$Method, [hashtable]$Arguments)
    $Arguments['hDefKey'] = $script:LocalMachine
    return Invoke-CimMethod -Namespace 'root/default' -ClassName 'StdRegProv' -MethodName $Method -Arguments $Arguments -ErrorAction Stop
}

function Invoke-Registry {
    param($Operation)
    $names = @{ sSubKeyName = [string]$Operation.key }
    switch ($Operation.op) {
        'registry-check-access' {
            $names['uRequired'] = [uint32]1
            $answer = Invoke-RegistryMethod 'CheckAccess' $names
            $code = [int64]$answer.ReturnValue
            if ($code -eq 0 -and (Get-PropertyOf $answer 'bGranted') -eq $false) { $code = 5 }
            return [ordered]@{ code = $code }
        }
        'registry-get' {
            $names['sValueName'] = [string]$Operation.value
            $answer = Invoke-RegistryMethod 'GetStringValue' $names
            return [ordered]@{ code = [int64]$answer.ReturnValue; data = (Get-PropertyOf $answer 'sValue') }
        }
        'registry-set' {
            $names['sValueName'] = [string]$Operation.value
            $names['sValue'] = [string]$Operation.data
            $answer = Invoke-RegistryMethod 'SetStringValue' $names
            return [ordered]@{ code = [int64]$answer.ReturnValue }
        }
    }
    $names['sValueName'] = [string]$Operation.value
    $answer = Invoke-RegistryMethod 'DeleteValue' $names
    return [ordered]@{ code = [int64]$answer.ReturnValue }
}

# --------------------------------------------------------------------------------------------- Active Directory

function Get-DirectoryEntry {
    # Binds to an object; an entry of .NET is lazy, so its GUID is asked for to find out whether it is there.
    param([string]$Path)
    $entry = New-Object -TypeName System.DirectoryServices.DirectoryEntry -ArgumentList $Path
    $null = $entry.psbase.NativeGuid
    return $entry
}

function Get-ConfigurationContext {
    $root = New-Object -TypeName System.DirectoryServices.DirectoryEntry -ArgumentList 'LDAP://RootDSE'
    return [string]$root.psbase.Properties['configurationNamingContext'][0]
}

function Get-ActivationContainer {
    return 'CN=Activation Objects,CN=Microsoft SPP,CN=Services,' + (Get-ConfigurationContext)
}

function Test-MissingObject {
    # 0x80072030: there is no such object on the server.
    param($Record)
    return (Get-Hresult $Record) -eq '0x80072030'
}

function Get-DirectoryText {
    param($Entry, [string]$Name)
    $values = $Entry.psbase.Properties[$Name]
    if ($null -eq $values -or $values.Count -eq 0) { return $null }
    $value = $values[0]
    if ($value -is [byte[]]) { return ([guid]$value).ToString() }
    return [string]$value
}

function Get-ActivationObjects {
    $container = Get-DirectoryEntry ('LDAP://' + (Get-ActivationContainer))
    $list = @()
    foreach ($child in $container.psbase.Children) {
        if ($child.psbase.SchemaClassName -ne 'msSPP-ActivationObject') { continue }
        $list += , ([ordered]@{
                displayName = Get-DirectoryText $child 'displayName'
                distinguishedName = Get-DirectoryText $child 'distinguishedName'
                csvlkSkuId = Get-DirectoryText $child 'msSPP-CSVLKSkuId'
                csvlkPid = Get-DirectoryText $child 'msSPP-CSVLKPid'
                csvlkPartialProductKey = Get-DirectoryText $child 'msSPP-CSVLKPartialProductKey'
            })
    }
    return , $list
}

function Invoke-Directory {
    param($Operation)
    switch ($Operation.op) {
        'directory-context' { return Get-ConfigurationContext }
        'directory-supported' {
            try {
                $null = Get-DirectoryEntry ('LDAP://' + (Get-ActivationContainer))
                return $true
            } catch {
                if (Test-MissingObject $_) { return $false }
                throw
            }
        }
        'directory-list' { return , (Get-ActivationObjects) }
        'directory-get' {
            $null = Get-DirectoryEntry ('LDAP://' + $Operation.dn)
            return $null
        }
    }
    $container = Get-DirectoryEntry ('LDAP://' + (Get-ActivationContainer))
    $child = $container.psbase.Children.Find($Operation.name)
    $container.psbase.Children.Remove($child)
    return $null
}

# -------------------------------------------------------------------------------- token signer, licence files

function Get-TokenSigner {
    return New-Object -ComObject 'SPPWMI.TokenActivationSigner'
}

function ConvertTo-Certificate {
    # The signer gives "thumbprint|subject|issuer|from|to".
    param([string]$Text)
    $fields = @($Text.Split('|')) + @('', '', '', '', '')
    return [ordered]@{
        thumbprint = $fields[0]
        subject = $fields[1]
        issuer = $fields[2]
        validFrom = $fields[3]
        validTo = $fields[4]
    }
}

function Invoke-Signer {
    param($Operation)
    $signer = Get-TokenSigner
    if ($Operation.op -eq 'signer-certificates') {
        $list = @()
        foreach ($text in @($signer.GetCertificateThumbprints([object[]]@($Operation.grants)))) {
            $list += , (ConvertTo-Certificate $text)
        }
        return , $list
    }
    $chain = ''
    $signature = $signer.Sign($Operation.challenge, $Operation.thumbprint, $Operation.pin, [ref]$chain)
    return [ordered]@{ signature = [string]$signature; chain = [string]$chain }
}

function Get-LicenseFiles {
    # The folders of /rilc: those below the tokens of the service, then what the manufacturer left.
    $tokens = "$env:SystemRoot\system32\spp\tokens"
    $list = @()
    foreach ($folder in @($tokens, "$env:SystemRoot\system32\oem")) {
        if (-not (Test-Path -LiteralPath $folder)) { continue }
        foreach ($file in @(Get-ChildItem -LiteralPath $folder -Recurse -File -ErrorAction Stop)) {
            if ($file.Name -like '*.xrm-ms' -and [string]$file.DirectoryName -ne $tokens) { $list += [string]$file.FullName }
        }
    }
    return , $list
}

function Read-LicenseFile {
    param([string]$Path)
    return [string](Get-Content -LiteralPath $Path -Raw -ErrorAction Stop)
}

function Invoke-Files {
    param($Operation)
    if ($Operation.op -eq 'files-list') { return , (Get-LicenseFiles) }
    return Read-LicenseFile $Operation.path
}

# ------------------------------------------------------------------------------------------------ the steps

function Invoke-Operation {
    param($Operation)
    $op = [string]$Operation.op
    if ($op -eq 'query') { return , (Invoke-Query $Operation) }
    if ($op -eq 'invoke') { return Invoke-Method $Operation }
    if ($op -like 'registry-*') { return Invoke-Registry $Operation }
    if ($op -like 'directory-*') { return , (Invoke-Directory $Operation) }
    if ($op -like 'signer-*') { return , (Invoke-Signer $Operation) }
    if ($op -like 'files-*') { return , (Invoke-Files $Operation) }
    throw (New-Failure '0x80070057' ('This script does not know the operation ' + $op + '.'))
}

function Test-GoOn {
    # Whether the steps behind this one may run.
    param($Step, $Result)
    if (-not $Result.ok) { return $Step.onError -eq 'go-on' }
    $accept = Get-PropertyOf $Step 'accept'
    if ($null -eq $accept) { return $true }
    return @($accept) -contains [int64]$Result.value.code
}

function Test-Elevated {
    try {
        $identity = [System.Security.Principal.WindowsIdentity]::GetCurrent()
        $principal = New-Object -TypeName System.Security.Principal.WindowsPrincipal -ArgumentList $identity
        return [bool]$principal.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)
    } catch {
        return $null
    }
}

function Get-HostFacts {
    $user = [System.Environment]::UserName
    $domain = [System.Environment]::UserDomainName
    if ($domain) { $user = $domain + '\' + $user }
    return [ordered]@{
        computer = [System.Environment]::MachineName
        user = $user
        elevated = Test-Elevated
        languageMode = [string]$ExecutionContext.SessionState.LanguageMode
        powerShell = [string]$PSVersionTable.PSVersion
        system = [string][System.Environment]::OSVersion.Version
        now = $null
    }
}

$request = ConvertFrom-Json -InputObject $RequestJson
if ([int]$request.v -ne 1) { throw (New-Failure '0x80070057' 'This script speaks version 1.') }

$results = @()
foreach ($step in @($request.steps)) {
    $operation = Get-PropertyOf $step 'do'
    try {
        $value = Invoke-Operation $operation
        $result = [ordered]@{ ok = $true; value = $value }
    } catch {
        $result = [ordered]@{ ok = $false; error = (Get-Failure $_ ([string]$operation.op)) }
    }
    $results += , $result
    if (-not (Test-GoOn $step $result)) { break }
}

return ConvertTo-Json -InputObject ([ordered]@{ v = 1; host = (Get-HostFacts); results = $results }) -Depth 8 -Compress
