# Compiles the machine's classes with the compiler that PowerShell carries, and prints the assembly in base64.
$ErrorActionPreference = 'Stop'
$null = [Reflection.Assembly]::Load('Microsoft.CodeAnalysis.CSharp')
$shared = Join-Path $PSHOME 'ref'
$references = [System.Collections.Generic.List[Microsoft.CodeAnalysis.MetadataReference]]::new()
foreach ($file in [IO.Directory]::EnumerateFiles($shared, '*.dll')) {
  $references.Add([Microsoft.CodeAnalysis.MetadataReference]::CreateFromFile($file))
}
foreach ($name in 'System.Management.Automation', 'Microsoft.CodeAnalysis', 'Microsoft.CodeAnalysis.CSharp') {
  $references.Add([Microsoft.CodeAnalysis.MetadataReference]::CreateFromFile((Join-Path $PSHOME "$name.dll")))
}
$trees = [System.Collections.Generic.List[Microsoft.CodeAnalysis.SyntaxTree]]::new()
foreach ($file in $sources) {
  $trees.Add([Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree]::ParseText([IO.File]::ReadAllText($file)))
}
$options = [Microsoft.CodeAnalysis.CSharp.CSharpCompilationOptions]::new([Microsoft.CodeAnalysis.OutputKind]::ConsoleApplication)
$options = $options.WithOptimizationLevel([Microsoft.CodeAnalysis.OptimizationLevel]::Release)
$compilation = [Microsoft.CodeAnalysis.CSharp.CSharpCompilation]::Create('machine', $trees, $references, $options)
$bytes = [IO.MemoryStream]::new()
$made = $compilation.Emit($bytes)
if (-not $made.Success) {
  $problems = $made.Diagnostics | Where-Object Severity -EQ 'Error' | Select-Object -First 20 | ForEach-Object { "$_" }
  throw ($problems -join "`n")
}
[Convert]::ToBase64String($bytes.ToArray())
