import { encode, TestMachine } from './machine';

const ps = (script: string): ReturnType<TestMachine['run']> =>
  new TestMachine().run(`powershell -NoProfile -EncodedCommand ${encode(script)}`);

/** Scripts and what Windows PowerShell prints; each was compared with a real PowerShell. */
const cases: readonly (readonly [script: string, stdout: string])[] = [
  // Numbers and texts.
  ['1 + 2 * 3', '7'],
  ['(1 + 2) * 3; 7 / 2; 7 % 2; -3 + 1', '9|3.5|1|-2'],
  ['10 - 3 - 2', '5'],
  ['"a" + 1; 1 + "2"; "ab" * 2', 'a1|3|abab'],
  ['0x10; 1kb', '16|1024'],
  ['1..4; 3..1', '1|2|3|4|3|2|1'],
  ['"{0}-{1:D3}|{2,5}|{3,-4}|" -f "a", 7, 12, "x"', 'a-007|   12|x   |'],
  ["'{0:N2}' -f 1234.5", '1,234.50'],
  ['"a,b;c" -split "[,;]"', 'a|b|c'],
  ['"a b c" -split " ", 2', 'a|b c'],
  ['1, 2, 3 -join "-"', '1-2-3'],
  ["'2012 R2' -replace '\\s+R(\\d)', ' ($1)'", '2012 (2)'],
  ['"Hello" -creplace "h", "j"; "Hello" -replace "h", "j"', 'Hello|jello'],
  ['"abc".ToUpper().Substring(1, 2); " x ".Trim().Length', 'BC|1'],
  ['"a.b.c".Split(".")[-1]; "abc"[1]', 'c|b'],
  ['"abc".Contains("b") -and "abc".StartsWith("a")', 'True'],
  ['"KMS".PadRight(5) + "|"; "7".PadLeft(3, "0")', 'KMS  ||007'],
  ['$x = "v"; "$x ${x} $($x.Length) `$x"', 'v v 1 $x'],
  ["@'\nline $x\nsecond\n'@", 'line $x\nsecond'],
  ['$a = 5; @"\nvalue: $a\n"@', 'value: 5'],
  // Lists and tables.
  ['$a = @(1, 2); $a += 3; $a.Count; $a[0]; $a[-1]; $a[0, 1]', '3|1|3|1|2'],
  ['@().Count; @(1).Count; $null.Count; (,1).Count', '0|1|0|1'],
  ['$a = 1, 2, 3; $a[1] = 9; "$a"', '1 9 3'],
  ['$h = @{ a = 1; "b c" = 2 }; $h.a; $h["b c"]; $h.Count; $h.ContainsKey("A")', '1|2|2|True'],
  ['$h = @{}; $h["x"] = 1; $h.y = 2; $h.x + $h.y; $h.Remove("x"); $h.Count', '3|1'],
  ['$o = [ordered]@{ b = 1; a = 2 }; $o.Keys -join ","; $o[0]', 'b,a|1'],
  ['foreach ($e in ([ordered]@{ a = 1; b = 2 }).GetEnumerator()) { "$($e.Name)=$($e.Value)" }', 'a=1|b=2'],
  ['2 -in 1, 2; 1, 2 -notcontains 3; "a" -notin "b", "c"', 'True|True|True'],
  ['1, 2, 3, 4 -gt 2', '3|4'],
  ['"a" -is [string]; 1 -is [int]; @(1) -is [array]', 'True|True|True'],
  // Casts.
  ['[int]"42" + 1; [string]5 + "x"; [bool]0; [bool]"a"', '43|5x|False|True'],
  ['[int]2.5; [int]3.5; [math]::Round(2.567, 2); [math]::Floor(2.9)', '2|4|2.57|2'],
  ['[string]::IsNullOrEmpty(""); [string]::Join("+", @("a", "b"))', 'True|a+b'],
  // Statements.
  ['for ($i = 0; $i -lt 3; $i++) { $i }', '0|1|2'],
  ['$i = 0; while ($true) { $i++; if ($i -eq 2) { continue }; if ($i -gt 3) { break }; $i }', '1|3'],
  ['$i = 3; do { $i; $i -= 1 } while ($i -gt 1)', '3|2'],
  ['$i = 0; do { $i += 2 } until ($i -ge 5); $i', '6'],
  ['foreach ($n in 1..5) { if ($n % 2) { continue }; $n }', '2|4'],
  ['switch (5) { 1 { "one" } 5 { "five" } default { "other" } }', 'five'],
  ['$r = switch ("x") { "y" { 1 } default { 2 } }; $r', '2'],
  ['switch -Wildcard ("Windows 10") { "*7" { 7 } "Win*" { "w" } }', 'w'],
  ['switch -Regex ("build 20348") { "(\\d+)" { $matches[1] } }', '20348'],
  ['switch (1, 2) { 1 { "a" } { $_ -gt 1 } { "b$_" } }', 'a|b2'],
  ['switch ("a") { "A" { 1; break } "a" { 2 } }', '1'],
  ['function Add-Two($x, $y = 2) { $x + $y }; Add-Two 1; Add-Two -y 5 -x 1', '3|6'],
  [
    'function Get-Name { param([string]$Name = "none", [switch]$Loud) if ($Loud) { return $Name.ToUpper() }; $Name }; Get-Name a; Get-Name -Loud b; Get-Name',
    'a|B|none',
  ],
  ['function f { $args.Count; $args[1] }; f a b c', '3|b'],
  ['$x = 1; function f { $x = 2; $x }; f; $x; function g { $script:x = 3 }; g; $x', '2|1|3'],
  ['function f($n) { if ($n -le 1) { return 1 }; $n * (f ($n - 1)) }; f 5', '120'],
  ['$b = { param($a) "<$a>" }; & $b 1', '<1>'],
  // Errors.
  ['try { throw "broken" } catch { "caught $_" } finally { "done" }', 'caught broken|done'],
  ['try { nonsense } catch { "caught" }', 'caught'],
  ['try { 1 / 0 } catch { $_.Exception.Message }', 'Attempted to divide by zero.'],
  ['try { Get-Content C:\\none -ErrorAction Stop } catch { "no file" }', 'no file'],
  ['try { $null.Trim() } catch { "null" }', 'null'],
  ['try { "in" } finally { "end" }; "after"', 'in|end|after'],
  // Pipelines.
  ['1..5 | Where-Object { $_ -gt 3 } | ForEach-Object { $_ * 2 }', '8|10'],
  ['"b", "a", "c" | Sort-Object; 3, 1 | Sort-Object -Descending', 'a|b|c|3|1'],
  ['1, 1, 2 | Select-Object -Unique; (1..9 | Measure-Object).Count', '1|2|9'],
  ['(1..4 | Measure-Object -Sum).Sum; 1..3 | Select-Object -Last 1', '10|3'],
  [
    '$o = [pscustomobject]@{ A = 1 }, [pscustomobject]@{ A = 2 }; ($o | Where-Object A -eq 2).A; $o | Select-Object -ExpandProperty A',
    '2|1|2',
  ],
  ['$o = [pscustomobject]@{ A = 1 } | Select-Object @{ n = "B"; e = { $_.A + 1 } }; $o.B', '2'],
  [
    '"x=1", "y=2" | ForEach-Object { if ($_ -match "(?<k>\\w)=(?<v>\\d)") { $matches.k + $matches["v"] } }',
    'x1|y2',
  ],
  ['$x = 5; $x++; $x; $x -= 2; $x; $x *= 3; $x', '6|4|12'],
  ['if (-not $false -and !$null) { "yes" }', 'yes'],
  ['@{ a = 1; b = @(1, 2) } | ConvertTo-Json -Compress', '{"a":1,"b":[1,2]}'],
];

describe('the language of PowerShell', () => {
  test.each(cases)('%s', async (script, stdout) => {
    const ran = await ps(script);
    expect(ran.stderr).toBe('');
    expect(ran.stdout.split('\r\n').slice(0, -1).join('|')).toBe(stdout);
  });
});
