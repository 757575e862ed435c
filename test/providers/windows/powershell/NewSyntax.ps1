# Lists what Windows PowerShell 5.1 does not know in the scripts named, from the parser's tree: "file:line what".
param([string[]]$Files)
foreach ($file in $Files) {
    $tokens = $null
    $errors = $null
    $tree = [System.Management.Automation.Language.Parser]::ParseFile($file, [ref]$tokens, [ref]$errors)
    foreach ($mistake in $errors) { "${file}:$($mistake.Extent.StartLineNumber) $($mistake.Message)" }
    $new = @('TernaryExpressionAst', 'PipelineChainAst')
    foreach ($node in $tree.FindAll({ $true }, $true)) {
        $name = $node.GetType().Name
        $found = $null
        if ($new -contains $name) { $found = $name }
        elseif ($name -in 'MemberExpressionAst', 'InvokeMemberExpressionAst', 'IndexExpressionAst' -and $node.NullConditional) { $found = 'null-conditional' }
        elseif ($name -eq 'InvokeMemberExpressionAst' -and $null -ne $node.GenericTypeArguments) { $found = 'generic method' }
        elseif ($name -eq 'ScriptBlockAst' -and $null -ne $node.CleanBlock) { $found = 'clean block' }
        elseif ($name -eq 'PipelineAst' -and $node.Background) { $found = 'background' }
        elseif ($name -eq 'UsingStatementAst') { $found = 'using' }
        if ($found) { "${file}:$($node.Extent.StartLineNumber) $found" }
    }
    foreach ($token in $tokens) {
        if ([string]$token.Kind -in 'QuestionQuestion', 'QuestionQuestionEquals', 'QuestionDot', 'QuestionLBracket', 'AndAnd', 'OrOr', 'QuestionMark') {
            "${file}:$($token.Extent.StartLineNumber) $($token.Kind)"
        }
        if ([string]$token.Kind -eq 'Number' -and $token.Text -match '(?i)^0b|(?<!^0x.*)(u|y|s|n|uy|us|ul)$') {
            "${file}:$($token.Extent.StartLineNumber) number $($token.Text)"
        }
        if ([string]$token.Kind -in 'StringExpandable', 'HereStringExpandable' -and $token.Extent.Text -match '`e|`u\{') {
            "${file}:$($token.Extent.StartLineNumber) escape"
        }
    }
}
