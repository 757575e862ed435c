# The commands of Windows PowerShell that the machine answers. They load when a script first names one of them.
Set-StrictMode -Off

function Get-Rows {
  param([string] $Class, [string[]] $Property, [string] $Filter, [string] $Query, [bool] $AsCim)
  if (-not $Query) {
    $columns = if ($Property -and $Property -notcontains '*') { $Property -join ', ' } else { '*' }
    $Query = "SELECT $columns FROM $Class"
    if ($Filter) { $Query += " WHERE $Filter" }
  }
  $answer = [Slmgr.Lab.Machine]::AskJson((ConvertTo-Json -Compress @{ op = 'query'; wql = $Query }), $AsCim)
  foreach ($row in $answer.rows) {
    $class = $answer.class
    $row.PSObject.TypeNames.Clear()
    if ($AsCim) {
      $row.PSObject.TypeNames.Add("Microsoft.Management.Infrastructure.CimInstance#root/cimv2/$class")
      $row.PSObject.TypeNames.Add('Microsoft.Management.Infrastructure.CimInstance')
      $row.PSObject.Members.Add([psnoteproperty]::new('CimClass', [pscustomobject]@{ CimClassName = $class }))
    } else {
      $row.PSObject.TypeNames.Add("System.Management.ManagementObject#root\cimv2\$class")
      $row.PSObject.TypeNames.Add('System.Management.ManagementObject')
      $row.PSObject.Members.Add([psnoteproperty]::new('__CLASS', $class))
      foreach ($method in $answer.methods) { Add-WmiMethod $row $class $answer.key $method }
    }
    $row.PSObject.Members.Add([psnoteproperty]::new('PSComputerName', $env:COMPUTERNAME))
    $row
  }
}

function Add-WmiMethod($row, $class, $key, $method) {
  # A closure is out of this module and sees none of its functions.
  $invoke = ${function:Invoke-Method}
  $call = {
    $given = @{}
    for ($at = 0; $at -lt $args.Count; $at += 1) { $given[$method.parameters[$at]] = $args[$at] }
    & $invoke $class $this.$key $method.name $given
  }.GetNewClosure()
  $row.PSObject.Members.Add([psscriptmethod]::new($method.name, $call))
}

function Invoke-Method([string] $class, [string] $key, [string] $method, [System.Collections.IDictionary] $given) {
  $arguments = @{}
  foreach ($name in $given.Keys) { $arguments["$name"] = "$($given[$name])" }
  $request = @{ op = 'invoke'; class = $class; key = $key; method = $method; arguments = $arguments }
  [Slmgr.Lab.Machine]::AskJson((ConvertTo-Json -Compress $request), $false)
}

function Test-Here([string[]] $ComputerName, [string] $Namespace) {
  foreach ($name in $ComputerName) {
    if ($name -notin '.', 'localhost', '127.0.0.1', $env:COMPUTERNAME) {
      throw [Slmgr.Lab.MachineException]::new("PowerShell of a simulated machine asks that machine alone: $name is another.", 0x800706ba - 0x100000000)
    }
  }
  if ($Namespace -and $Namespace.Replace('\', '/').Trim('/') -notin 'root/cimv2', 'root/default') {
    throw [Slmgr.Lab.MachineException]::new('Invalid namespace ', 0x8004100e - 0x100000000)
  }
}

function Get-CimInstance {
  [CmdletBinding(DefaultParameterSetName = 'Class')]
  param(
    [Parameter(Mandatory, Position = 0, ParameterSetName = 'Class')][string] $ClassName,
    [Parameter(Mandatory, ParameterSetName = 'Query')][string] $Query,
    [Parameter(Mandatory, ValueFromPipeline, ParameterSetName = 'Instance')][psobject] $InputObject,
    [Parameter(ParameterSetName = 'Class')][string] $Filter,
    [Parameter(ParameterSetName = 'Class')][Alias('SelectProperties')][string[]] $Property,
    [string] $Namespace, [string[]] $ComputerName, [uint32] $OperationTimeoutSec, [string] $QueryDialect,
    [switch] $KeyOnly, [switch] $Shallow
  )
  process {
    Test-Here $ComputerName $Namespace
    if ($InputObject) { $ClassName = $InputObject.CimClass.CimClassName }
    try {
      $rows = Get-Rows -Class $ClassName -Property $Property -Filter $Filter -Query $Query -AsCim $true
      if ($InputObject) { $rows = $rows | Where-Object { $_.ID -eq $InputObject.ID } }
      $rows
    } catch [Slmgr.Lab.MachineException] { $PSCmdlet.WriteError($_) }
  }
}

function Get-WmiObject {
  [CmdletBinding(DefaultParameterSetName = 'Class')]
  param(
    [Parameter(Mandatory, Position = 0, ParameterSetName = 'Class')][Alias('ClassName')][string] $Class,
    [Parameter(Position = 1, ParameterSetName = 'Class')][string[]] $Property,
    [Parameter(ParameterSetName = 'Class')][string] $Filter,
    [Parameter(Mandatory, ParameterSetName = 'Query')][string] $Query,
    [Alias('NS')][string] $Namespace, [Alias('Cn')][string[]] $ComputerName, [switch] $Amended
  )
  Test-Here $ComputerName $Namespace
  try { Get-Rows -Class $Class -Property $Property -Filter $Filter -Query $Query -AsCim $false }
  catch [Slmgr.Lab.MachineException] { $PSCmdlet.WriteError($_) }
}

function Invoke-CimMethod {
  [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Instance')]
  param(
    [Parameter(Mandatory, ValueFromPipeline, ParameterSetName = 'Instance')][Alias('CimInstance')][psobject] $InputObject,
    [Parameter(Mandatory, ParameterSetName = 'Query')][string] $Query,
    [Parameter(Mandatory, Position = 0)][Alias('Name')][string] $MethodName,
    [Parameter(Position = 1)][System.Collections.IDictionary] $Arguments = @{},
    [string] $Namespace, [string[]] $ComputerName, [uint32] $OperationTimeoutSec
  )
  process {
    Test-Here $ComputerName $Namespace
    $instances = if ($Query) { Get-CimInstance -Query $Query } else { $InputObject }
    foreach ($instance in $instances) {
      $class = $instance.CimClass.CimClassName
      $key = if ($class -eq 'SoftwareLicensingService') { $instance.Version } else { $instance.ID }
      if (-not $PSCmdlet.ShouldProcess($class, $MethodName)) { continue }
      try {
        $out = Invoke-Method $class $key $MethodName $Arguments
        $out.PSObject.Members.Add([psnoteproperty]::new('PSComputerName', $null))
        $out
      } catch [Slmgr.Lab.MachineException] { $PSCmdlet.WriteError($_) }
    }
  }
}

function Invoke-WmiMethod {
  [CmdletBinding(SupportsShouldProcess)]
  param(
    [Parameter(Mandatory, ValueFromPipeline)][psobject] $InputObject,
    [Parameter(Mandatory, Position = 0)][string] $Name,
    [Alias('Args')][object[]] $ArgumentList = @()
  )
  process {
    if (-not $PSCmdlet.ShouldProcess($InputObject.__CLASS, $Name)) { return }
    try { $InputObject.$Name.Invoke($ArgumentList) }
    catch [Slmgr.Lab.MachineException] { $PSCmdlet.WriteError($_) }
  }
}

function Find-Service([string[]] $Name, [string[]] $DisplayName) {
  $all = [Slmgr.Lab.MachineService]::All()
  if (-not $Name -and -not $DisplayName) { return $all }
  foreach ($each in $all) {
    $fits = @($Name | Where-Object { $_ -and $each.Name -like $_ }).Count + @($DisplayName | Where-Object { $_ -and $each.DisplayName -like $_ }).Count
    if ($fits) { $each }
  }
}

function Write-Missing($cmdlet, [string[]] $names) {
  foreach ($name in $names) {
    if (-not $name -or [wildcardpattern]::ContainsWildcardCharacters($name) -or (Find-Service $name)) { continue }
    $problem = [System.Management.Automation.ItemNotFoundException]::new("Cannot find any service with service name '$name'.")
    $cmdlet.WriteError([System.Management.Automation.ErrorRecord]::new($problem, 'NoServiceFoundForGivenName,Microsoft.PowerShell.Commands.GetServiceCommand', 'ObjectNotFound', $name))
  }
}

function Get-Service {
  [CmdletBinding(DefaultParameterSetName = 'Name')]
  param(
    [Parameter(Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName, ParameterSetName = 'Name')][Alias('ServiceName')][string[]] $Name,
    [Parameter(Mandatory, ParameterSetName = 'DisplayName')][string[]] $DisplayName,
    [string[]] $ComputerName, [switch] $DependentServices, [switch] $RequiredServices
  )
  process {
    Test-Here $ComputerName
    if ($DependentServices -or $RequiredServices) { return }
    Find-Service $Name $DisplayName
    Write-Missing $PSCmdlet $Name
  }
}

function Set-Running($cmdlet, [string[]] $names, [object[]] $given, [string] $action, [bool] $passes) {
  $services = @(if ($given) { $given } else { Find-Service $names; Write-Missing $cmdlet $names })
  foreach ($service in $services) {
    $service.Refresh()
    if (-not $cmdlet.ShouldProcess("$($service.DisplayName) ($($service.Name))", "$action-Service")) { continue }
    try {
      if ($action -ne 'Start' -and $service.Status -eq 'Running') { $service.Stop() }
      if ($action -ne 'Stop' -and $service.Status -ne 'Running') { $service.Start() }
      if ($passes) { $service }
    } catch [Slmgr.Lab.MachineException] {
      $problem = [InvalidOperationException]::new("Service '$($service.DisplayName) ($($service.Name))' cannot be changed due to the following error: $($_.Exception.Message)", $_.Exception)
      $cmdlet.WriteError([System.Management.Automation.ErrorRecord]::new($problem, 'CouldNotSetService', 'PermissionDenied', $service))
    }
  }
}

function Start-Service {
  [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Name')]
  param(
    [Parameter(Mandatory, Position = 0, ParameterSetName = 'Name')][Alias('ServiceName')][string[]] $Name,
    [Parameter(Mandatory, ValueFromPipeline, ParameterSetName = 'Object')][object[]] $InputObject,
    [switch] $PassThru
  )
  process { Set-Running $PSCmdlet $Name $InputObject 'Start' $PassThru }
}

function Stop-Service {
  [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Name')]
  param(
    [Parameter(Mandatory, Position = 0, ParameterSetName = 'Name')][Alias('ServiceName')][string[]] $Name,
    [Parameter(Mandatory, ValueFromPipeline, ParameterSetName = 'Object')][object[]] $InputObject,
    [switch] $Force, [switch] $NoWait, [switch] $PassThru
  )
  process { Set-Running $PSCmdlet $Name $InputObject 'Stop' $PassThru }
}

function Restart-Service {
  [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Name')]
  param(
    [Parameter(Mandatory, Position = 0, ParameterSetName = 'Name')][Alias('ServiceName')][string[]] $Name,
    [Parameter(Mandatory, ValueFromPipeline, ParameterSetName = 'Object')][object[]] $InputObject,
    [switch] $Force, [switch] $PassThru
  )
  process { Set-Running $PSCmdlet $Name $InputObject 'Restart' $PassThru }
}

Update-TypeData -TypeName Slmgr.Lab.MachineService -DefaultDisplayPropertySet Status, Name, DisplayName -Force

Set-Alias gwmi Get-WmiObject
Set-Alias gcim Get-CimInstance
Set-Alias icim Invoke-CimMethod
Set-Alias iwmi Invoke-WmiMethod
Set-Alias gsv Get-Service
Set-Alias sasv Start-Service
Set-Alias spsv Stop-Service
