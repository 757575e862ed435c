// The compiler as scripts for Windows expect it. That of .NET Framework knows nothing of what later versions call
// obsolete, so that scripts which treat every warning as an error compile. Utilities of Ansible that call Windows' own
// libraries are taken from here, with the machine behind them.
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Slmgr.Lab
{
    public static class CompilationOfWindows
    {
        private const int FirstObsoletion = 1;
        private const int LastObsoletion = 99;
        private const string Folder = "/opt/machine/";

        /// <summary>Namespaces whose sources are in a file of ours.</summary>
        private static readonly Dictionary<string, string> Own = new Dictionary<string, string>
        {
            ["Ansible.Process"] = "ansible-process.cs",
            ["ansible_collections.ansible.windows.plugins.module_utils.Process"] = "ansible-process.cs",
            ["ansible_collections.ansible.windows.plugins.module_utils.SCManager"] = "ansible-services.cs",
        };

        public static CSharpCompilation Create(
            string name,
            IEnumerable<SyntaxTree> trees,
            IEnumerable<MetadataReference> references,
            CSharpCompilationOptions options)
        {
            ImmutableDictionary<string, ReportDiagnostic> diagnostics = options.SpecificDiagnosticOptions;
            IEnumerable<KeyValuePair<string, ReportDiagnostic>> quiet = Enumerable
                .Range(FirstObsoletion, LastObsoletion)
                .Select(number => new KeyValuePair<string, ReportDiagnostic>("SYSLIB" + number.ToString("0000"), ReportDiagnostic.Suppress));
            MetadataReference machine = MetadataReference.CreateFromFile(Folder + "machine.dll");
            return CSharpCompilation.Create(name, trees.Select(Replaced), references.Append(machine),
                options.WithSpecificDiagnosticOptions(diagnostics.SetItems(quiet)));
        }

        private static SyntaxTree Replaced(SyntaxTree tree)
        {
            string space = tree.GetRoot().ChildNodes().OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Name.ToString();
            if (space == null || !Own.TryGetValue(space, out string file)) return tree;
            string text = File.ReadAllText(Folder + file).Replace("NamespaceOfAnsible", space);
            return CSharpSyntaxTree.ParseText(text, (CSharpParseOptions)tree.Options);
        }
    }
}
