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
$script:LightProperties = @('ID', 'ApplicationID', 'PartialProductKey', 'LicenseIsAddon', 'Description', 'Name')
$script:Known = @{}                       # properties that this build has, by class, once a query failed for one
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
    # An error of our own; its number travels beside the message, so that no text is ever read for one.
    param([string]$Code, [string]$Message)
    $failure = New-Object System.Management.Automation.RuntimeException ($Message)
    $failure.Data['slmgrHresult'] = $Code
    return $failure
}

# ------------------------------------------------------------------------------------------------------ errors

function Get-Chain {
    # An exception and those inside it, from the outermost on.
    param($Exception)
    $chain = @()
    while ($null -ne $Exception -and $chain.Count -lt 16) {
        $chain += , $Exception
        $Exception = $Exception.InnerException
    }
    return , $chain
}

function Get-ProviderCode {
    # The number in the error object of the WMI provider; 0 where there is none.
    param($Exception)
    $data = Get-PropertyOf $Exception 'ErrorData'
    if ($null -eq $data) { return 0 }
    $properties = Get-PropertyOf $data 'CimInstanceProperties'
    if ($null -eq $properties) { $code = Get-PropertyOf $data 'error_Code' }
    else { $code = Get-PropertyOf $properties['error_Code'] 'Value' }
    if ($null -eq $code) { return 0 }
    return $code
}

function Get-IdentifierCode {
    # "HRESULT 0x8004..." at the start of an identifier of CIM; 0x00000000 is no error.
    param($Text, [string]$Pattern)
    if ([string]$Text -match $Pattern -and $Matches[1] -ne '00000000') { return '0x' + $Matches[1].ToUpperInvariant() }
    return $null
}

function Get-Hresult {
    # Where the real code of an error is, in the order in which it is worth believing. Messages are for people: they
    # hold names of files and other people's numbers.
    param($Record)
    $chain = Get-Chain $Record.Exception
    foreach ($exception in $chain) {
        $own = $exception.Data['slmgrHresult']
        if ($null -ne $own) { return [string]$own }
    }
    foreach ($exception in $chain) {
        $code = Get-ProviderCode $exception
        if ([int64]$code -ne 0) { return Format-Hresult $code }
        $found = Get-IdentifierCode (Get-PropertyOf $exception 'MessageId') '^HRESULT 0x([0-9a-fA-F]{8})$'
        if ($null -ne $found) { return $found }
    }
    $found = Get-IdentifierCode $Record.FullyQualifiedErrorId '^HRESULT 0x([0-9a-fA-F]{8}),'
    if ($null -ne $found) { return $found }
    foreach ($exception in $chain) {
        $code = Get-PropertyOf $exception 'HResult'
        if ($null -ne $code -and [int64]$code -lt 0 -and -not (Test-ClrCode $code)) { return Format-Hresult $code }
        if ($exception -is [System.Management.Automation.ItemNotFoundException]) { return '0x80070002' }
    }
    foreach ($exception in $chain) {
        $found = Get-CoarseCode ([string](Get-PropertyOf $exception 'NativeErrorCode'))
        if ($null -ne $found) { return $found }
    }
    return '0x80041001'
}

function Get-CoarseCode {
    # The number of WMI behind the name of a CIM error.
    param([string]$Name)
    switch ($Name) {
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
    return $null
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

function Get-DeclaredProperties {
    # The names that the class has on this build of Windows.
    param([string]$Class)
    $declared = @{}
    $declaration = Get-CimClass -Namespace $script:Cimv2 -ClassName $Class -ErrorAction Stop
    foreach ($property in $declaration.CimClassProperties) { $declared[[string]$property.Name] = $true }
    return $declared
}

function Select-Known {
    # Of the names that are asked for, those that this build is not known to lack.
    param([string]$Class, $Select)
    $declared = $script:Known[$Class]
    if ($null -eq $declared) { return , @($Select) }
    return , @($Select | Where-Object { $declared.ContainsKey([string]$_) })
}

function Get-RowsOrRetry {
    # A select list with a property that this build lacks fails as a whole (invalid query): ask again without it.
    param([string]$Class, $Select, [string]$Where)
    try {
        return , (Get-CimRows $Class (Select-Known $Class $Select) $Where)
    } catch {
        if ($script:Known.ContainsKey($Class) -or (Get-Hresult $_) -ne '0x80041017') { throw }
        $script:Known[$Class] = Get-DeclaredProperties $Class
        $known = Select-Known $Class $Select
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
    # Binds to an object. An entry of .NET is lazy, and PowerShell swallows what a getter throws, so a method is called
    # to find out whether the object is there.
    param([string]$Path)
    $entry = New-Object -TypeName System.DirectoryServices.DirectoryEntry -ArgumentList $Path
    $null = $entry.psbase.RefreshCache()
    return $entry
}

function Get-EscapedName {
    # A slash in a name would make a server of what stands before it.
    param([string]$Name)
    return $Name -replace '(?<!\\)/', '\/'
}

function Get-ConfigurationContext {
    # Off the domain nobody answers for RootDSE: ERROR_NO_SUCH_DOMAIN, also where only an empty text came.
    $root = Get-DirectoryEntry 'LDAP://RootDSE'
    $context = [string]$root.psbase.InvokeGet('configurationNamingContext')
    if ($context -eq '') { throw (New-Failure '0x8007054B' 'No domain answers for this computer.') }
    return $context
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
        $null = $child.psbase.RefreshCache()
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
            $null = Get-DirectoryEntry ('LDAP://' + (Get-EscapedName $Operation.dn))
            return $null
        }
    }
    $container = Get-DirectoryEntry ('LDAP://' + (Get-ActivationContainer))
    $child = $container.psbase.Children.Find((Get-EscapedName $Operation.name))
    $null = $child.psbase.RefreshCache()
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

function Protect-Texts {
    # A mark in front of every text of a JSON document, but not of its names: PowerShell 7 makes dates of texts that
    # look like one.
    param([string]$Json)
    $mark = [System.Text.RegularExpressions.MatchEvaluator] {
        param($Found)
        if ($Found.Groups[1].Success) { return $Found.Value }
        return '"~' + $Found.Value.Substring(1)
    }
    return [regex]::Replace($Json, '"(?>[^"\\]+|\\.)*"(\s*:)?', $mark)
}

function Restore-Texts {
    # The texts of a document without the mark.
    param($Value)
    if ($Value -is [string]) { return $Value.Substring(1) }
    if ($Value -is [array]) {
        $list = @()
        foreach ($item in $Value) { $list += , (Restore-Texts $item) }
        return , $list
    }
    if ($Value -is [System.Management.Automation.PSCustomObject]) {
        foreach ($property in $Value.PSObject.Properties) { $property.Value = Restore-Texts $property.Value }
    }
    return $Value
}

$request = Restore-Texts (ConvertFrom-Json -InputObject (Protect-Texts $RequestJson))
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
