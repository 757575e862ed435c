// The registry of the machine: the classes of Microsoft.Win32, and the drive HKLM: of PowerShell; its disk, which scripts have not.
using System;
using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Provider;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Text.Json;
using Microsoft.Win32;

namespace Slmgr.Lab
{
    /// <summary>The roots of the registry; the machine has HKEY_LOCAL_MACHINE alone.</summary>
    public static class Registry
    {
        public static RegistryKey LocalMachine { get { return new RegistryKey(""); } }
        public static RegistryKey ClassesRoot { get { return RegistryKey.Missing("HKEY_CLASSES_ROOT"); } }
        public static RegistryKey CurrentUser { get { return RegistryKey.Missing("HKEY_CURRENT_USER"); } }
        public static RegistryKey Users { get { return RegistryKey.Missing("HKEY_USERS"); } }
        public static RegistryKey CurrentConfig { get { return RegistryKey.Missing("HKEY_CURRENT_CONFIG"); } }

        /// <summary>A value by the whole name of its key.</summary>
        public static object GetValue(string keyName, string valueName, object defaultValue)
        {
            using (RegistryKey key = LocalMachine.OpenSubKey(Below(keyName)))
                return key == null ? null : key.GetValue(valueName, defaultValue);
        }

        public static void SetValue(string keyName, string valueName, object value)
        {
            SetValue(keyName, valueName, value, RegistryValueKind.Unknown);
        }

        public static void SetValue(string keyName, string valueName, object value, RegistryValueKind kind)
        {
            using (RegistryKey key = LocalMachine.CreateSubKey(Below(keyName))) key.SetValue(valueName, value, kind);
        }

        private static string Below(string keyName)
        {
            string[] parts = keyName.Split('\\', 2);
            if (!parts[0].Equals("HKEY_LOCAL_MACHINE", StringComparison.OrdinalIgnoreCase)) RegistryKey.Missing(parts[0]);
            return parts.Length > 1 ? parts[1] : "";
        }
    }

    /// <summary>A key of the machine's registry; what it holds is asked for at every read.</summary>
    public class RegistryKey : IDisposable
    {
        private const int FileNotFound = unchecked((int)0x80070002);
        private readonly string path;

        internal RegistryKey(string path) { this.path = path; }

        internal static RegistryKey Missing(string root)
        {
            throw new PlatformNotSupportedException("This simulated machine does not have the registry below " + root + ".");
        }

        public string Name { get { return path == "" ? "HKEY_LOCAL_MACHINE" : @"HKEY_LOCAL_MACHINE\" + path; } }
        public int SubKeyCount { get { return GetSubKeyNames().Length; } }
        public int ValueCount { get { return GetValueNames().Length; } }

        public static RegistryKey OpenBaseKey(RegistryHive hive, RegistryView view)
        {
            return hive == RegistryHive.LocalMachine ? Registry.LocalMachine : Missing(hive.ToString());
        }

        public RegistryKey OpenSubKey(string name) { return OpenSubKey(name, false); }

        public RegistryKey OpenSubKey(string name, bool writable)
        {
            string wanted = Below(name);
            if (writable) Demand();
            return Exists(wanted) ? new RegistryKey(wanted) : null;
        }

        public RegistryKey CreateSubKey(string name) { return CreateSubKey(name, true); }

        public RegistryKey CreateSubKey(string name, bool writable)
        {
            string wanted = Below(name);
            Machine.Ask(new { op = "registry-create", path = wanted });
            return new RegistryKey(wanted);
        }

        public void DeleteSubKey(string name) { DeleteSubKey(name, true); }

        public void DeleteSubKey(string name, bool throwOnMissingSubKey)
        {
            RegistryKey key = OpenSubKey(name);
            if (key != null && key.SubKeyCount > 0)
                throw new InvalidOperationException("Registry key has subkeys and recursive removes are not supported by this method.");
            DeleteSubKeyTree(name, throwOnMissingSubKey);
        }

        public void DeleteSubKeyTree(string name) { DeleteSubKeyTree(name, true); }

        public void DeleteSubKeyTree(string name, bool throwOnMissingSubKey)
        {
            try
            {
                Machine.Ask(new { op = "registry-delete", path = Below(name) });
            }
            catch (MachineException error) when (error.HResult == FileNotFound)
            {
                if (throwOnMissingSubKey)
                    throw new ArgumentException("Cannot delete a subkey tree because the subkey does not exist.");
            }
        }

        public string[] GetSubKeyNames()
        {
            return Read(path).GetProperty("subkeys").EnumerateArray().Select(each => each.GetString()).ToArray();
        }

        public string[] GetValueNames()
        {
            return Read(path).GetProperty("values").EnumerateArray()
                .Select(each => each.GetProperty("name").GetString()).ToArray();
        }

        public object GetValue(string name) { return GetValue(name, null, RegistryValueOptions.None); }
        public object GetValue(string name, object defaultValue) { return GetValue(name, defaultValue, RegistryValueOptions.None); }

        public object GetValue(string name, object defaultValue, RegistryValueOptions options)
        {
            JsonElement value = Find(name);
            return value.ValueKind == JsonValueKind.Undefined ? defaultValue : RegistryData.Read(value);
        }

        public RegistryValueKind GetValueKind(string name)
        {
            JsonElement value = Find(name);
            if (value.ValueKind == JsonValueKind.Undefined)
                throw new System.IO.IOException("The specified registry key does not exist.");
            return RegistryData.Kind(value.GetProperty("type").GetString());
        }

        public void SetValue(string name, object value) { SetValue(name, value, RegistryValueKind.Unknown); }

        public void SetValue(string name, object value, RegistryValueKind kind)
        {
            object given = value is PSObject wrapped ? wrapped.BaseObject : value;
            if (given == null) throw new ArgumentNullException("value");
            if (kind == RegistryValueKind.Unknown) kind = RegistryData.KindOf(given);
            Machine.Ask(new
            {
                op = "registry-write",
                path,
                name = name ?? "",
                type = RegistryData.Type(kind),
                data = RegistryData.Write(given, kind),
            });
        }

        public void DeleteValue(string name) { DeleteValue(name, true); }

        public void DeleteValue(string name, bool throwOnMissingValue)
        {
            try
            {
                Machine.Ask(new { op = "registry-delete-value", path, name = name ?? "" });
            }
            catch (MachineException error) when (error.HResult == FileNotFound)
            {
                if (throwOnMissingValue) throw new ArgumentException("No value exists with that name.");
            }
        }

        public void Flush() { }
        public void Close() { }
        public void Dispose() { }
        public override string ToString() { return Name; }

        internal static bool Exists(string path)
        {
            return Machine.Ask(new { op = "registry-read", path }).ValueKind == JsonValueKind.Object;
        }

        private static JsonElement Read(string path)
        {
            JsonElement key = Machine.Ask(new { op = "registry-read", path });
            if (key.ValueKind != JsonValueKind.Object)
                throw new System.IO.IOException("Illegal operation attempted on a registry key that has been marked for deletion.");
            return key;
        }

        private static void Demand()
        {
            if (!Machine.Ask(new { op = "identity" }).GetProperty("administrator").GetBoolean())
                throw new System.Security.SecurityException("Requested registry access is not allowed.");
        }

        private JsonElement Find(string name)
        {
            foreach (JsonElement each in Read(path).GetProperty("values").EnumerateArray())
                if (each.GetProperty("name").GetString().Equals(name ?? "", StringComparison.OrdinalIgnoreCase)) return each;
            return default;
        }

        private string Below(string name)
        {
            string below = (name ?? "").Replace('/', '\\').Trim('\\');
            return path == "" ? below : below == "" ? path : path + "\\" + below;
        }
    }

    /// <summary>Data of values: what .NET has for them, and what the channel carries.</summary>
    internal static class RegistryData
    {
        internal static RegistryValueKind Kind(string type)
        {
            switch (type)
            {
                case "EXPAND_SZ": return RegistryValueKind.ExpandString;
                case "MULTI_SZ": return RegistryValueKind.MultiString;
                case "DWORD": return RegistryValueKind.DWord;
                case "QWORD": return RegistryValueKind.QWord;
                case "BINARY": return RegistryValueKind.Binary;
                default: return RegistryValueKind.String;
            }
        }

        internal static string Type(RegistryValueKind kind)
        {
            switch (kind)
            {
                case RegistryValueKind.String: return "SZ";
                case RegistryValueKind.ExpandString: return "EXPAND_SZ";
                case RegistryValueKind.MultiString: return "MULTI_SZ";
                case RegistryValueKind.DWord: return "DWORD";
                case RegistryValueKind.QWord: return "QWORD";
                case RegistryValueKind.Binary: return "BINARY";
                default: throw new PlatformNotSupportedException("This simulated machine has no values of the type REG_" + kind.ToString().ToUpperInvariant() + ".");
            }
        }

        internal static RegistryValueKind KindOf(object value)
        {
            return value is int || value is uint ? RegistryValueKind.DWord
                : value is byte[] ? RegistryValueKind.Binary
                : value is string[] ? RegistryValueKind.MultiString
                : RegistryValueKind.String;
        }

        internal static object Read(JsonElement value)
        {
            JsonElement data = value.GetProperty("data");
            switch (value.GetProperty("type").GetString())
            {
                case "DWORD": return unchecked((int)data.GetUInt32());
                case "QWORD": return unchecked((long)ulong.Parse(data.GetString(), CultureInfo.InvariantCulture));
                case "BINARY": return Convert.FromHexString(data.GetString());
                case "MULTI_SZ": return data.EnumerateArray().Select(each => each.GetString()).ToArray();
                default: return data.GetString();
            }
        }

        internal static object Write(object value, RegistryValueKind kind)
        {
            switch (kind)
            {
                case RegistryValueKind.DWord:
                    return unchecked((uint)Whole(value));
                case RegistryValueKind.QWord:
                    return unchecked((ulong)Whole(value)).ToString(CultureInfo.InvariantCulture);
                case RegistryValueKind.Binary:
                    return Convert.ToHexString(Items(value).Select(each => Convert.ToByte(each, CultureInfo.InvariantCulture)).ToArray()).ToLowerInvariant();
                case RegistryValueKind.MultiString:
                    return Items(value).Select(each => Convert.ToString(each, CultureInfo.InvariantCulture)).ToArray();
                default:
                    return Convert.ToString(value, CultureInfo.InvariantCulture);
            }
        }

        private static long Whole(object value)
        {
            return value is ulong large ? unchecked((long)large) : Convert.ToInt64(value, CultureInfo.InvariantCulture);
        }

        private static IEnumerable<object> Items(object value)
        {
            IEnumerable items = value is string || !(value is IEnumerable list) ? new[] { value } : list;
            foreach (object each in items) yield return each is PSObject wrapped ? wrapped.BaseObject : each;
        }
    }

    /// <summary>The provider of PowerShell behind HKLM:.</summary>
    [CmdletProvider("Registry", ProviderCapabilities.ShouldProcess)]
    public class RegistryProvider : NavigationCmdletProvider, IPropertyCmdletProvider, IDynamicPropertyCmdletProvider
    {
        public override char ItemSeparator { get { return '\\'; } }
        public override char AltItemSeparator { get { return '/'; } }

        protected override Collection<PSDriveInfo> InitializeDefaultDrives()
        {
            return new Collection<PSDriveInfo>
            {
                new PSDriveInfo("HKLM", ProviderInfo, "HKEY_LOCAL_MACHINE", "The configuration settings of the computer", null),
            };
        }

        protected override bool IsValidPath(string path) { return true; }

        /// <summary>The path below the root.</summary>
        private static string Below(string path)
        {
            string all = path.Replace('/', '\\').Trim('\\');
            string[] parts = all.Split('\\', 2);
            if (parts[0].Equals("HKEY_LOCAL_MACHINE", StringComparison.OrdinalIgnoreCase) || parts[0].Equals("HKLM:", StringComparison.OrdinalIgnoreCase))
                return parts.Length > 1 ? parts[1] : "";
            throw new PSNotSupportedException("This simulated machine does not have the registry below " + parts[0] + ".");
        }

        private static string Parent(string below)
        {
            int at = below.LastIndexOf('\\');
            return at < 0 ? "" : below.Substring(0, at);
        }

        private static string Leaf(string below) { return below.Substring(below.LastIndexOf('\\') + 1); }

        protected override bool ItemExists(string path) { return RegistryKey.Exists(Below(path)); }
        protected override bool IsItemContainer(string path) { return true; }
        protected override bool HasChildItems(string path) { return new RegistryKey(Below(path)).SubKeyCount > 0; }

        private RegistryKey Open(string path)
        {
            RegistryKey key = Registry.LocalMachine.OpenSubKey(Below(path));
            if (key == null)
                WriteError(new ErrorRecord(new ItemNotFoundException("Cannot find path '" + path + "' because it does not exist."),
                    "PathNotFound", ErrorCategory.ObjectNotFound, path));
            return key;
        }

        private void Show(RegistryKey key, string path)
        {
            var item = new PSObject(key);
            item.Properties.Add(new PSNoteProperty("Property", key.GetValueNames().Select(name => name == "" ? "(default)" : name).ToArray()));
            item.Properties.Add(new PSNoteProperty("PSChildName", Leaf(Below(path))));
            WriteItemObject(item, path, true);
        }

        protected override void GetItem(string path)
        {
            RegistryKey key = Open(path);
            if (key != null) Show(key, path);
        }

        protected override void GetChildItems(string path, bool recurse)
        {
            RegistryKey key = Open(path);
            if (key == null) return;
            foreach (string name in key.GetSubKeyNames())
            {
                if (Stopping) return;
                string child = MakePath(path, name);
                Show(key.OpenSubKey(name), child);
                if (recurse) GetChildItems(child, true);
            }
        }

        protected override void GetChildNames(string path, ReturnContainers returnContainers)
        {
            RegistryKey key = Open(path);
            if (key == null) return;
            foreach (string name in key.GetSubKeyNames()) WriteItemObject(name, MakePath(path, name), true);
        }

        protected override void NewItem(string path, string itemTypeName, object newItemValue)
        {
            string below = Below(path);
            if (!ShouldProcess(path, "Create key")) return;
            if (RegistryKey.Exists(below) && !Force)
            {
                WriteError(new ErrorRecord(new System.IO.IOException("A key in this path already exists."), "KeyExists", ErrorCategory.ResourceExists, path));
                return;
            }
            if (!Force && !RegistryKey.Exists(Parent(below)))
            {
                WriteError(new ErrorRecord(new System.IO.IOException("The registry key at the specified path does not exist."), "ParentMissing", ErrorCategory.ObjectNotFound, path));
                return;
            }
            RegistryKey made = Registry.LocalMachine.CreateSubKey(below);
            if (newItemValue != null) made.SetValue("", newItemValue);
            Show(made, path);
        }

        protected override void RemoveItem(string path, bool recurse)
        {
            if (ShouldProcess(path, "Remove Key")) Registry.LocalMachine.DeleteSubKeyTree(Below(path));
        }

        public void GetProperty(string path, Collection<string> picked)
        {
            RegistryKey key = Open(path);
            if (key == null) return;
            var found = new PSObject();
            foreach (string name in key.GetValueNames())
            {
                string shown = name == "" ? "(default)" : name;
                if (picked == null || picked.Count == 0 || picked.Any(each => Fits(each, shown)))
                    found.Properties.Add(new PSNoteProperty(shown, key.GetValue(name)));
            }
            if (picked != null)
                foreach (string name in picked.Where(each => !WildcardPattern.ContainsWildcardCharacters(each) && found.Properties[each] == null))
                    WriteError(new ErrorRecord(new PSArgumentException("Property " + name + " does not exist at path " + path + "."),
                        "System.Management.Automation.PSArgumentException", ErrorCategory.InvalidArgument, path));
            if (found.Properties.Any()) WritePropertyObject(found, path);
        }

        private static bool Fits(string pattern, string name)
        {
            return WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase).IsMatch(name);
        }

        private static string Plain(string name) { return name.Equals("(default)", StringComparison.OrdinalIgnoreCase) ? "" : name; }

        public void SetProperty(string path, PSObject values)
        {
            RegistryKey key = Open(path);
            if (key == null) return;
            var options = DynamicParameters as PropertyType;
            foreach (PSPropertyInfo each in values.Properties)
            {
                if (!ShouldProcess(path + " " + each.Name, "Set Property")) continue;
                RegistryValueKind kind = options != null && options.Type != RegistryValueKind.Unknown
                    ? options.Type
                    : key.GetValueNames().Contains(Plain(each.Name), StringComparer.OrdinalIgnoreCase)
                        ? key.GetValueKind(Plain(each.Name))
                        : RegistryValueKind.Unknown;
                key.SetValue(Plain(each.Name), each.Value, kind);
            }
        }

        public void ClearProperty(string path, Collection<string> names)
        {
            RegistryKey key = Open(path);
            if (key == null) return;
            foreach (string name in names) key.SetValue(Plain(name), "");
        }

        public void NewProperty(string path, string propertyName, string propertyTypeName, object value)
        {
            RegistryKey key = Open(path);
            if (key == null || !ShouldProcess(path + " " + propertyName, "New Property")) return;
            if (!Force && key.GetValueNames().Contains(Plain(propertyName), StringComparer.OrdinalIgnoreCase))
            {
                WriteError(new ErrorRecord(new System.IO.IOException("The property already exists."), "PropertyExists", ErrorCategory.ResourceExists, path));
                return;
            }
            RegistryValueKind kind = string.IsNullOrEmpty(propertyTypeName)
                ? RegistryData.KindOf(value is PSObject wrapped ? wrapped.BaseObject : value ?? "")
                : (RegistryValueKind)Enum.Parse(typeof(RegistryValueKind), propertyTypeName, true);
            object given = value ?? (kind == RegistryValueKind.DWord || kind == RegistryValueKind.QWord ? 0
                : kind == RegistryValueKind.Binary ? Array.Empty<byte>() : kind == RegistryValueKind.MultiString ? Array.Empty<string>() : (object)"");
            key.SetValue(Plain(propertyName), given, kind);
            GetProperty(path, new Collection<string> { propertyName });
        }

        public void RemoveProperty(string path, string propertyName)
        {
            RegistryKey key = Open(path);
            if (key != null && ShouldProcess(path + " " + propertyName, "Remove Property")) key.DeleteValue(Plain(propertyName));
        }

        public void RenameProperty(string path, string sourceProperty, string destinationProperty)
        {
            throw new PSNotSupportedException("This simulated machine does not rename registry values.");
        }

        public void CopyProperty(string sourcePath, string sourceProperty, string destinationPath, string destinationProperty)
        {
            RegistryKey key = Open(sourcePath);
            RegistryKey other = Open(destinationPath);
            if (key != null && other != null)
                other.SetValue(Plain(destinationProperty), key.GetValue(Plain(sourceProperty)), key.GetValueKind(Plain(sourceProperty)));
        }

        public void MoveProperty(string sourcePath, string sourceProperty, string destinationPath, string destinationProperty)
        {
            CopyProperty(sourcePath, sourceProperty, destinationPath, destinationProperty);
            RemoveProperty(sourcePath, sourceProperty);
        }

        public class PropertyType
        {
            [Parameter(ValueFromPipelineByPropertyName = true)]
            public RegistryValueKind Type { get; set; } = RegistryValueKind.Unknown;
        }

        public object GetPropertyDynamicParameters(string path, Collection<string> picked) { return null; }
        public object SetPropertyDynamicParameters(string path, PSObject values) { return new PropertyType(); }
        public object ClearPropertyDynamicParameters(string path, Collection<string> names) { return null; }
        public object NewPropertyDynamicParameters(string path, string name, string type, object value) { return null; }
        public object RemovePropertyDynamicParameters(string path, string name) { return null; }
        public object RenamePropertyDynamicParameters(string path, string from, string to) { return null; }
        public object CopyPropertyDynamicParameters(string path, string name, string to, string toName) { return null; }
        public object MovePropertyDynamicParameters(string path, string name, string to, string toName) { return null; }
    }

    /// <summary>The machine's disk, C:, which its programs have and scripts have not: whoever asks for it is told.</summary>
    [CmdletProvider("MachineDisk", ProviderCapabilities.ShouldProcess)]
    public class DiskProvider : NavigationCmdletProvider, IContentCmdletProvider
    {
        public override char ItemSeparator { get { return '\\'; } }
        public override char AltItemSeparator { get { return '/'; } }

        protected override Collection<PSDriveInfo> InitializeDefaultDrives()
        {
            return new Collection<PSDriveInfo> { new PSDriveInfo("C", ProviderInfo, "C:", "The disk of the machine", null) };
        }

        private static MachineException Absent(string path)
        {
            return new MachineException(path + ": PowerShell has no files of a simulated machine's disk; its programs have (cmd /c).", unchecked((int)0x80004001));
        }

        protected override bool IsValidPath(string path) { return true; }
        protected override bool ItemExists(string path) { throw Absent(path); }
        protected override bool IsItemContainer(string path) { throw Absent(path); }
        protected override bool HasChildItems(string path) { throw Absent(path); }
        protected override void GetItem(string path) { throw Absent(path); }
        protected override void SetItem(string path, object value) { throw Absent(path); }
        protected override void ClearItem(string path) { throw Absent(path); }
        protected override void InvokeDefaultAction(string path) { throw Absent(path); }
        protected override void GetChildItems(string path, bool recurse) { throw Absent(path); }
        protected override void GetChildNames(string path, ReturnContainers returnContainers) { throw Absent(path); }
        protected override void NewItem(string path, string itemTypeName, object newItemValue) { throw Absent(path); }
        protected override void RemoveItem(string path, bool recurse) { throw Absent(path); }
        protected override void RenameItem(string path, string newName) { throw Absent(path); }
        protected override void CopyItem(string path, string copyPath, bool recurse) { throw Absent(path); }
        protected override void MoveItem(string path, string destination) { throw Absent(path); }
        public IContentReader GetContentReader(string path) { throw Absent(path); }
        public object GetContentReaderDynamicParameters(string path) { return null; }
        public IContentWriter GetContentWriter(string path) { throw Absent(path); }
        public object GetContentWriterDynamicParameters(string path) { return null; }
        public void ClearContent(string path) { throw Absent(path); }
        public object ClearContentDynamicParameters(string path) { return null; }
    }

    /// <summary>Makes the providers some of those that every runspace begins with.</summary>
    public static class RegistryNames
    {
        public static void Register()
        {
            // PowerShell keeps what its own assembly offers; off Windows its registry provider is not in it.
            Assembly core = typeof(PSObject).Assembly;
            InitialSessionState.CreateDefault2();
            FieldInfo cache = core.GetType("System.Management.Automation.Runspaces.PSSnapInHelpers", true)
                .GetField("s_providerCache", BindingFlags.NonPublic | BindingFlags.Static);
            var held = (Lazy<ConcurrentDictionary<Assembly, Dictionary<string, SessionStateProviderEntry>>>)cache.GetValue(null);
            held.Value[core]["Registry"] = new SessionStateProviderEntry("Registry", typeof(RegistryProvider), null);
            held.Value[core]["MachineDisk"] = new SessionStateProviderEntry("MachineDisk", typeof(DiskProvider), null);
        }
    }
}
