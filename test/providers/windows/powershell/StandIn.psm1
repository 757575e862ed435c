# Stands in for what licensing.ps1 asks of Windows: the CIM cmdlets, StdRegProv, the directory, the token signer and
# the file system. It answers from one conformance case and keeps what changes, so that the real script runs in a real
# PowerShell without Windows.

class StandInCimException : System.Exception {
    [object]$ErrorData
    [string]$MessageId
    [string]$NativeErrorCode
    StandInCimException([string]$message, [string]$code) : base($message) {
        $this.NativeErrorCode = 'Failed'
        $this.MessageId = 'HRESULT ' + $code
        $properties = @{ error_Code = [pscustomobject]@{ Value = [Convert]::ToUInt32($code.Substring(2), 16) } }
        $this.ErrorData = [pscustomobject]@{ CimInstanceProperties = $properties }
    }
}

class StandInEntry {
    # An entry of the directory, as lax as .NET's own under PowerShell: an object that is not there has empty
    # properties, and only a method says so.
    [string]$Missing = ''
    [string]$Name = ''
    [object]$NativeGuid
    [object]$Properties = @{}
    [object]$Children = @()
    [string]$SchemaClassName = ''
    [void] Bind() {
        if ($this.Missing -ne '') {
            throw [System.Runtime.InteropServices.COMException]::new('The directory says no.', [int]$this.Missing)
        }
    }
    [void] RefreshCache() { $this.Bind() }
    [string] get_NativeGuid() { $this.Bind(); return [string]$this.NativeGuid }
    [object] InvokeGet([string]$name) { $this.Bind(); return $this.Properties[$name] }
}

class StandInChildren : System.Collections.ArrayList {
    [object] Find([string]$name) { return Find-StandInChild $this $name }
    [void] Remove([object]$child) { Remove-StandInChild $child }
}

$script:Case = $null
$script:Calls = New-Object System.Collections.ArrayList

function Set-StandInCase {
    param($Case)
    $script:Case = $Case
    $script:Calls.Clear()
}

function Get-StandInCalls { return , @($script:Calls) }

function Get-Part {
    param($Object, [string]$Name, $Default)
    if ($null -eq $Object) { return $Default }
    $property = $Object.PSObject.Properties[$Name]
    if ($null -eq $property -or $null -eq $property.Value) { return $Default }
    return $property.Value
}

function Assert-Step {
    param([string]$Step)
    $code = Get-Part (Get-Part $script:Case 'failures' $null) $Step $null
    if ($null -eq $code) { return }
    throw [StandInCimException]::new("The case lets $Step fail.", $code)
}

function Get-Rows {
    param([string]$Class)
    $machine = $script:Case.machine
    switch ($Class) {
        'SoftwareLicensingService' { return , @($machine.service) }
        'SoftwareLicensingProduct' { return , @($machine.products) }
        'SoftwareLicensingTokenActivationLicense' { return , @(Get-Part $machine 'tokenLicenses' @()) }
    }
    throw [StandInCimException]::new('no such class', '0x80041010')
}

function Get-Missing {
    param([string]$Class)
    if ($Class -ne 'SoftwareLicensingProduct') { return , @() }
    return , @(Get-Part $script:Case.machine 'missingProductProperties' @())
}

function ConvertTo-CimType {
    # What the CIM cmdlets give: unsigned numbers and dates.
    param([string]$Name, $Value)
    if ($Value -is [long] -or $Value -is [int]) { return [uint32]([long]$Value -band 4294967295) }
    if ($Value -is [string] -and $Value -match '^(\d{14})\.(\d{6})([+-]\d{3})$') {
        $text, $offset = $Matches[1], [int]$Matches[3]
        $utc = [datetime]::ParseExact($text, 'yyyyMMddHHmmss', [cultureinfo]::InvariantCulture, 'AssumeUniversal, AdjustToUniversal')
        if ($utc.Year -gt 1601) { $utc = $utc.AddMinutes(-$offset) }
        return $utc
    }
    return $Value
}

function New-Instance {
    param([string]$Class, $Row, $Names)
    $properties = @{}
    foreach ($name in $Names) {
        $properties[$name] = [pscustomobject]@{
            Name = $name
            Value = (ConvertTo-CimType $name (Get-Part $Row $name $null))
        }
    }
    return [pscustomobject]@{ PSTypeName = 'StandInInstance'; Class = $Class; Row = $Row; CimInstanceProperties = $properties }
}

function Get-CimInstance {
    [CmdletBinding()]
    param([string]$Namespace, [string]$Query)
    if ($Query -notmatch '^SELECT (.+) FROM (\w+)(?: WHERE (.+))?$') { throw "not understood: $Query" }
    $names = $Matches[1] -split ', '
    $class = $Matches[2]
    $where = $Matches[3]
    foreach ($name in $names) {
        if ((Get-Missing $class) -contains $name) { throw [StandInCimException]::new('invalid query', '0x80041017') }
    }
    foreach ($row in (Get-Rows $class)) {
        if ($where -eq 'PartialProductKey <> null') {
            if ([string](Get-Part $row 'PartialProductKey' '') -eq '') { continue }
        } elseif ($where -match "^(\w+) = '(.*)'$") {
            $key, $wanted = $Matches[1], $Matches[2].Replace("\'", "'").Replace('\\', '\')
            if ([string](Get-Part $row $key '') -ne $wanted) { continue }
        } elseif ($where) {
            throw "not understood: $where"
        }
        New-Instance $class $row $names
    }
}

function Get-CimClass {
    [CmdletBinding()]
    param([string]$Namespace, [string]$ClassName)
    $names = @{}
    foreach ($row in (Get-Rows $ClassName)) { foreach ($property in $row.PSObject.Properties) { $names[$property.Name] = $true } }
    foreach ($missing in (Get-Missing $ClassName)) { $names.Remove($missing) }
    return [pscustomobject]@{ CimClassProperties = @($names.Keys | ForEach-Object { [pscustomobject]@{ Name = $_ } }) }
}

$script:Parameters = @{
    SetKeyManagementServiceMachine = @('MachineName'); SetKeyManagementServicePort = @('PortNumber')
    SetKeyManagementServiceLookupDomain = @('LookupDomain'); SetVLActivationTypeEnabled = @('ActivationType')
    InstallProductKey = @('ProductKey'); InstallLicense = @('License'); ReArmApp = @('ApplicationId')
    SetVLActivationInterval = @('ActivationInterval'); SetVLRenewalInterval = @('RenewalInterval')
    SetKeyManagementServiceListeningPort = @('PortNumber')
    DisableKeyManagementServiceDnsPublishing = @('DisablePublishing')
    EnableKeyManagementServiceLowPriority = @('EnableLowPriority')
    DisableKeyManagementServiceHostCaching = @('DisableCaching')
    GenerateActiveDirectoryOfflineActivationId = @('ProductKey')
    DepositActiveDirectoryOfflineActivationConfirmation = @('ProductKey', 'ConfirmationID', 'ActivationObjectName')
    DoActiveDirectoryOnlineActivation = @('ProductKey', 'ActivationObjectName')
    DepositOfflineConfirmationId = @('InstallationId', 'ConfirmationId')
    DepositTokenActivationResponse = @('Challenge', 'Response', 'CertChain')
}

function Set-Field {
    param($Row, [string]$Name, $Value)
    if ($null -ne $Row.PSObject.Properties[$Name]) { $Row.$Name = $Value }
}

function Set-Effects {
    param($Instance, [string]$Method, $Arguments)
    if ($Method -cmatch '^(Set|Clear)(.+)$') {
        $name = $Matches[2]
        $was = Get-Part $Instance.Row $name $null
        if ($Matches[1] -eq 'Set') { Set-Field $Instance.Row $name $Arguments[$script:Parameters[$Method][0]] }
        else { Set-Field $Instance.Row $name $(if ($was -is [string]) { '' } else { 0 }) }
    }
    foreach ($effect in @(Get-Part (Get-Part $script:Case 'effects' $null) $Method @())) {
        $service = Get-Part $effect 'service' $null
        if ($null -ne $service) { Copy-Fields $service $script:Case.machine.service }
        else {
            foreach ($row in @($script:Case.machine.products)) {
                if ($row.ID -eq $effect.product) { Copy-Fields $effect.set $row }
            }
        }
    }
}

function Copy-Fields {
    param($From, $To)
    foreach ($property in $From.PSObject.Properties) {
        $To | Add-Member -NotePropertyName $property.Name -NotePropertyValue $property.Value -Force
    }
}

function Add-Call { param([string]$Text) $null = $script:Calls.Add($Text) }

function Invoke-StandInRegistry {
    param([string]$Method, $Arguments)
    $key, $name = $Arguments['sSubKeyName'], $Arguments['sValueName']
    if ($Method -eq 'SetStringValue') { Add-Call "reg.set $key\$name=$($Arguments['sValue'])" }
    if ($Method -eq 'DeleteValue') { Add-Call "reg.delete $key\$name" }
    $code = Get-Part (Get-Part $script:Case.machine 'registryReturns' $null) $Method 0
    return [pscustomobject]@{ ReturnValue = [uint32]$code; bGranted = ($code -eq 0); sValue = $null }
}

function ConvertTo-CallText {
    # The corpus has numbers as signed 32 bits.
    param($Value)
    if ($Value -is [uint32] -and $Value -gt [int]::MaxValue) { return [string]([long]$Value - 4294967296) }
    return [string]$Value
}

function Invoke-CimMethod {
    [CmdletBinding()]
    param($InputObject, [string]$Namespace, [string]$ClassName, [string]$MethodName, [hashtable]$Arguments = @{})
    if ($ClassName -eq 'StdRegProv') { return Invoke-StandInRegistry $MethodName $Arguments }
    $receiver = switch ($InputObject.Class) {
        'SoftwareLicensingService' { 'service' }
        'SoftwareLicensingProduct' { "product[$($InputObject.Row.ID)]" }
        default { "license[$($InputObject.Row.ID)]" }
    }
    $values = @($script:Parameters[$MethodName] | Where-Object { $_ } | ForEach-Object { ConvertTo-CallText $Arguments[$_] })
    Add-Call "$receiver.$MethodName($($values -join ','))"
    Assert-Step $MethodName
    Set-Effects $InputObject $MethodName $Arguments
    $answer = [ordered]@{ ReturnValue = [uint32]0 }
    switch ($MethodName) {
        'GetTokenActivationGrants' { $answer['Grants'] = @('grant') }
        'GenerateTokenActivationChallenge' { $answer['Challenge'] = 'challenge' }
        'GenerateActiveDirectoryOfflineActivationId' { $answer['InstallationID'] = Get-Part $script:Case.machine 'adInstallationId' '' }
    }
    return [pscustomobject]$answer
}

function Get-ConfigurationName {
    $domain = Get-Part $script:Case.machine 'domain' 'corp.contoso.com'
    return 'CN=Configuration,' + (($domain.Split('.') | ForEach-Object { "DC=$_" }) -join ',')
}

function New-Entry {
    # An object of the directory; psbase is what .NET's own entry has under that name.
    param([string]$Path)
    $container = 'LDAP://CN=Activation Objects,CN=Microsoft SPP,CN=Services,' + (Get-ConfigurationName)
    $objects = Get-Part $script:Case.machine 'activationObjects' @()
    if ((Get-Part $script:Case.machine 'domain' 'corp.contoso.com') -eq '') { return [StandInEntry]@{ Missing = '0x8007054B' } }
    if ($Path -eq 'LDAP://RootDSE') {
        return [StandInEntry]@{ Properties = @{ configurationNamingContext = (Get-ConfigurationName) } }
    }
    if ($Path -eq $container) {
        if ($objects -is [string]) { return [StandInEntry]@{ Missing = '0x80072030' } }
        return [StandInEntry]@{ Children = (New-Children @($objects)) }
    }
    if ($Path -match '^LDAP://[^,]*[^\\]/') { throw "another server: $Path" }
    Add-Call "ldap.get $Path"
    foreach ($object in @($objects)) {
        if ($object -isnot [string] -and 'LDAP://' + $object.distinguishedName -eq $Path) {
            return [StandInEntry]@{}
        }
    }
    return [StandInEntry]@{ Missing = '0x80072030' }
}

function New-Children {
    param($Objects)
    $children = [StandInChildren]::new()
    foreach ($object in $Objects) {
        $properties = @{}
        foreach ($field in $object.PSObject.Properties) { if ($null -ne $field.Value) { $properties[$field.Name] = @($field.Value) } }
        $name = ($object.distinguishedName -split '(?<!\\),')[0]
        $null = $children.Add([StandInEntry]@{ Name = $name; SchemaClassName = 'msSPP-ActivationObject'; Properties = $properties })
    }
    return , $children
}

function Find-StandInChild {
    param($Children, [string]$Name)
    foreach ($child in $Children) { if ($child.Name -eq $Name) { return $child } }
    throw [System.Runtime.InteropServices.COMException]::new('There is no such object on the server.', [int]'0x80072030')
}

function Remove-StandInChild {
    param($Child)
    Add-Call "ldap.delete $($Child.Name)"
    Assert-Step 'LdapDelete'
}

function New-Signer {
    $signer = [pscustomobject]@{}
    $signer | Add-Member -MemberType ScriptMethod -Name GetCertificateThumbprints -Value {
        param($grants)
        Add-Call 'signer.GetCertificateThumbprints'
        return , @(Get-Part $script:Case.machine 'certificates' @())
    }
    $signer | Add-Member -MemberType ScriptMethod -Name Sign -Value {
        param($challenge, $thumbprint, $pin, [ref]$chain)
        Add-Call "signer.Sign($thumbprint,$pin)"
        Assert-Step 'Sign'
        if ($null -ne $chain) { $chain.Value = 'chain' }
        return 'sig'
    }
    return $signer
}

function New-Object {
    [CmdletBinding()]
    param([Parameter(Position = 0)][string]$TypeName, [Parameter(Position = 1)][object[]]$ArgumentList, [string]$ComObject)
    if ($ComObject -eq 'SPPWMI.TokenActivationSigner') { return New-Signer }
    if ($TypeName -eq 'System.DirectoryServices.DirectoryEntry') { return New-Entry $ArgumentList[0] }
    if ($null -eq $ArgumentList) { return Microsoft.PowerShell.Utility\New-Object -TypeName $TypeName }
    return Microsoft.PowerShell.Utility\New-Object -TypeName $TypeName -ArgumentList $ArgumentList
}

function Test-Path { [CmdletBinding()] param([string]$LiteralPath) return $true }

function Get-ChildItem {
    [CmdletBinding()]
    param([string]$LiteralPath, [switch]$Recurse, [switch]$File)
    foreach ($path in @(Get-Part $script:Case.machine 'licenseFiles' @())) {
        if (-not $path.ToLowerInvariant().StartsWith($LiteralPath.ToLowerInvariant())) { continue }
        $cut = $path.LastIndexOf('\')
        [pscustomobject]@{ FullName = $path; Name = $path.Substring($cut + 1); DirectoryName = $path.Substring(0, $cut) }
    }
}

function Get-Content {
    [CmdletBinding()]
    param([string]$LiteralPath, [switch]$Raw)
    Assert-Step 'ReadFile'
    return Get-Part $script:Case.machine 'licenseFileText' '<r:license/>'
}

Export-ModuleMember -Function @(
    'Set-StandInCase', 'Get-StandInCalls', 'Get-CimInstance', 'Get-CimClass', 'Invoke-CimMethod', 'New-Object',
    'Test-Path', 'Get-ChildItem', 'Get-Content', 'Find-StandInChild', 'Remove-StandInChild'
)
