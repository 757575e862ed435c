// The simulated machine as PowerShell on another system reaches it. One file is both the hook that runs in front of
// PowerShell and the program that stands for each of the machine's own programs. Everything it knows it asks of
// slmgr, one JSON line each way, on the one channel that it was given.
using System;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

internal class StartupHook
{
    public static void Initialize()
    {
        // A program that PowerShell starts is none of those that want this.
        Environment.SetEnvironmentVariable("DOTNET_STARTUP_HOOKS", null);
        Slmgr.Lab.Names.Register();
        Slmgr.Lab.RegistryNames.Register();
    }
}

namespace Slmgr.Lab
{
    /// <summary>What the machine refused, with its HRESULT.</summary>
    public class MachineException : COMException
    {
        public MachineException(string message, int code) : base(message, code) { }
    }

    /// <summary>The channel to the machine.</summary>
    public static class Machine
    {
        private const int Channel = 3;
        private const int LockExclusive = 2;
        private const int Unlock = 8;
        private const int Interrupted = 4;

        [DllImport("libc", SetLastError = true)]
        private static extern nint read(int file, byte[] bytes, nint count);
        [DllImport("libc", SetLastError = true)]
        private static extern nint write(int file, byte[] bytes, nint count);
        [DllImport("libc", SetLastError = true)]
        private static extern int flock(int file, int operation);

        private static readonly object Turn = new object();
        private static FileStream turns;

        /// <summary>Asks the machine and gives its answer's value.</summary>
        public static JsonElement Ask(object request)
        {
            string answer = Exchange(JsonSerializer.Serialize(request));
            JsonElement root = JsonDocument.Parse(answer).RootElement;
            if (root.GetProperty("ok").GetBoolean())
                return root.TryGetProperty("value", out JsonElement value) ? value : default;
            throw new MachineException(root.GetProperty("message").GetString(),
                unchecked((int)root.GetProperty("code").GetUInt32()));
        }

        private static string Exchange(string line)
        {
            lock (Turn)
            {
                // The programs of one line share the channel with who started them.
                turns ??= new FileStream("/tmp/.machine", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
                int file = (int)turns.SafeFileHandle.DangerousGetHandle();
                while (flock(file, LockExclusive) != 0 && Marshal.GetLastWin32Error() == Interrupted) { }
                try
                {
                    Send(Encoding.UTF8.GetBytes(line + "\n"));
                    return Receive();
                }
                finally
                {
                    flock(file, Unlock);
                }
            }
        }

        private static void Send(byte[] bytes)
        {
            while (bytes.Length > 0)
            {
                nint sent = write(Channel, bytes, bytes.Length);
                if (sent < 0 && Marshal.GetLastWin32Error() == Interrupted) continue;
                if (sent <= 0) throw new IOException("The simulated machine does not answer any more.");
                bytes = bytes.AsSpan((int)sent).ToArray();
            }
        }

        private static string Receive()
        {
            var answer = new MemoryStream();
            var piece = new byte[65536];
            while (true)
            {
                nint got = read(Channel, piece, piece.Length);
                if (got < 0 && Marshal.GetLastWin32Error() == Interrupted) continue;
                if (got <= 0) throw new IOException("The simulated machine does not answer any more.");
                answer.Write(piece, 0, (int)got);
                if (piece[got - 1] == (byte)'\n') return Encoding.UTF8.GetString(answer.ToArray());
            }
        }

        /// <summary>Runs a command line of the machine, as CreateProcess does.</summary>
        public static ProgramResult Run(string line, byte[] input)
        {
            JsonElement value = Ask(new { op = "run", line, input = Convert.ToBase64String(input ?? Array.Empty<byte>()) });
            return new ProgramResult
            {
                ExitCode = value.GetProperty("exitCode").GetUInt32(),
                StandardOut = value.GetProperty("stdout").GetString(),
                StandardError = value.GetProperty("stderr").GetString(),
            };
        }

        /// <summary>
        /// Asks with the JSON that PowerShell has made. Numbers come back as CIM's uint32 and, where they are asked for,
        /// times as DateTime.
        /// </summary>
        public static object AskJson(string json, bool withTimes)
        {
            return Plain(Ask(JsonDocument.Parse(json).RootElement), withTimes);
        }

        private static object Plain(JsonElement value, bool withTimes)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Object:
                    var made = new PSObject();
                    foreach (JsonProperty property in value.EnumerateObject())
                        made.Properties.Add(new PSNoteProperty(property.Name, Plain(property.Value, withTimes)));
                    return made;
                case JsonValueKind.Array:
                    var list = new List<object>();
                    foreach (JsonElement each in value.EnumerateArray()) list.Add(Plain(each, withTimes));
                    return list.ToArray();
                case JsonValueKind.Number:
                    return value.TryGetInt64(out long whole) && whole >= int.MinValue && whole <= uint.MaxValue
                        ? unchecked((uint)whole)
                        : (object)value.GetDouble();
                case JsonValueKind.String:
                    string text = value.GetString();
                    return withTimes && TryTime(text, out DateTime time) ? time : (object)text;
                case JsonValueKind.True:
                    return true;
                case JsonValueKind.False:
                    return false;
                default:
                    return null;
            }
        }

        /// <summary>A time as CIM writes it: YYYYMMDDHHMMSS.mmmmmm+MIN.</summary>
        private static bool TryTime(string text, out DateTime time)
        {
            time = default;
            if (text.Length != 25 || text[14] != '.' || (text[21] != '+' && text[21] != '-')) return false;
            if (!DateTime.TryParseExact(text.Substring(0, 14), "yyyyMMddHHmmss", null,
                System.Globalization.DateTimeStyles.None, out DateTime local)) return false;
            if (!int.TryParse(text.Substring(21), out int minutes)) return false;
            time = DateTime.SpecifyKind(local.AddMinutes(-minutes), DateTimeKind.Utc).ToLocalTime();
            return true;
        }
    }

    /// <summary>What a program of the machine left behind.</summary>
    public class ProgramResult
    {
        public string StandardOut { get; set; }
        public string StandardError { get; set; }
        public uint ExitCode { get; set; }
    }

    /// <summary>A program of the machine: its name is the one that it was started by.</summary>
    public static class Program
    {
        public static int Main(string[] args)
        {
            string name = Path.GetFileName(args.Length > 0 ? args[0] : "");
            var words = new List<string> { name };
            for (int at = 1; at < args.Length; at += 1) words.Add(CommandLine.Quoted(args[at]));
            var input = new MemoryStream();
            if (CommandLine.ReadsInput(name)) Console.OpenStandardInput().CopyTo(input);
            try
            {
                ProgramResult ran = Machine.Run(string.Join(" ", words), input.ToArray());
                Write(Console.OpenStandardOutput(), ran.StandardOut);
                Write(Console.OpenStandardError(), ran.StandardError);
                // Of a status eight bits arrive here; one that would be taken for success is 1.
                uint status = ran.ExitCode;
                return status != 0 && (status & 255) == 0 ? 1 : (int)(status & 255);
            }
            catch (Exception error) when (error is IOException || error is MachineException)
            {
                Write(Console.OpenStandardError(), error.Message + "\r\n");
                return 1;
            }
        }

        private static void Write(Stream stream, string text)
        {
            byte[] bytes = new UTF8Encoding(false).GetBytes(text);
            stream.Write(bytes, 0, bytes.Length);
            stream.Flush();
        }
    }

    /// <summary>Command lines as Windows has them.</summary>
    public static class CommandLine
    {
        private static readonly HashSet<string> Readers = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
            { "cmd", "find", "findstr", "more", "powershell", "reg", "sort" };

        public static bool ReadsInput(string name)
        {
            return Readers.Contains(Path.GetFileNameWithoutExtension(name));
        }

        /// <summary>A word so that <see cref="Split"/> reads exactly it again.</summary>
        public static string Quoted(string word)
        {
            if (word.Length > 0 && word.IndexOfAny(new[] { ' ', '\t', '\r', '\n', '"' }) < 0) return word;
            var text = new StringBuilder("\"");
            int slashes = 0;
            foreach (char each in word)
            {
                if (each == '"') text.Append('\\', slashes + 1);
                slashes = each == '\\' ? slashes + 1 : 0;
                text.Append(each);
            }
            return text.Append('\\', slashes).Append('"').ToString();
        }

        /// <summary>The words of a line by the rules of Windows (CommandLineToArgvW).</summary>
        public static string[] Split(string line)
        {
            var words = new List<string>();
            int at = 0;
            while (true)
            {
                while (at < line.Length && (line[at] == ' ' || line[at] == '\t')) at += 1;
                if (at >= line.Length) return words.ToArray();
                words.Add(Word(line, ref at));
            }
        }

        private static string Word(string line, ref int at)
        {
            var word = new StringBuilder();
            bool isQuoted = false;
            for (; at < line.Length; at += 1)
            {
                char each = line[at];
                if (!isQuoted && (each == ' ' || each == '\t')) break;
                int slashes = 0;
                while (at < line.Length && line[at] == '\\') { slashes += 1; at += 1; }
                bool isAtQuote = at < line.Length && line[at] == '"';
                if (slashes > 0)
                {
                    word.Append('\\', isAtQuote ? slashes / 2 : slashes);
                    if (isAtQuote && slashes % 2 == 1) word.Append('"');
                    else at -= 1;
                }
                else if (isAtQuote) isQuoted = !isQuoted;
                else word.Append(each);
            }
            return word.ToString();
        }
    }

    /// <summary>Types of Windows that are the machine's here, by the names that scripts write.</summary>
    public static class Names
    {
        private static MethodInfo add;

        public static void Stand(string name, Type type)
        {
            add ??= typeof(PSObject).Assembly.GetType("System.Management.Automation.TypeAccelerators", true)
                .GetMethod("Add", BindingFlags.Public | BindingFlags.Static);
            add.Invoke(null, new object[] { name, type });
        }

        private static void System_(string name, Type type)
        {
            Stand("System." + name, type);
            Stand(name, type);
        }

        public static void Register()
        {
            Stand("Microsoft.Win32.Registry", typeof(Registry));
            Stand("Microsoft.Win32.RegistryKey", typeof(RegistryKey));
            System_("Security.Principal.NTAccount", typeof(NTAccount));
            System_("Security.Principal.SecurityIdentifier", typeof(SecurityIdentifier));
            System_("Security.Principal.WindowsIdentity", typeof(WindowsIdentity));
            System_("Security.Principal.WindowsPrincipal", typeof(WindowsPrincipal));
            Stand("Microsoft.CodeAnalysis.CSharp.CSharpCompilation", typeof(CompilationOfWindows));
            ServiceNames.Register();
        }
    }

    /// <summary>A security identifier, which only well-known accounts have here.</summary>
    public class SecurityIdentifier
    {
        internal static readonly Dictionary<string, string> Known = new Dictionary<string, string>
        {
            ["S-1-5-18"] = @"NT AUTHORITY\SYSTEM",
            ["S-1-5-19"] = @"NT AUTHORITY\LOCAL SERVICE",
            ["S-1-5-20"] = @"NT AUTHORITY\NETWORK SERVICE",
            ["S-1-5-32-544"] = @"BUILTIN\Administrators",
            ["S-1-5-32-545"] = @"BUILTIN\Users",
            ["S-1-1-0"] = "Everyone",
        };

        public string Value { get; }

        public SecurityIdentifier(string value)
        {
            if (!System.Text.RegularExpressions.Regex.IsMatch(value, @"^S-1-\d{1,15}(-\d{1,10}){0,15}$"))
                throw new ArgumentException("Value was invalid. (Parameter 'sddlForm')");
            Value = value;
        }

        public object Translate(Type type)
        {
            if (type == typeof(SecurityIdentifier)) return this;
            return Known.TryGetValue(Value, out string name)
                ? new NTAccount(name)
                : throw new InvalidOperationException("Some or all identity references could not be translated.");
        }

        public override bool Equals(object other) { return other is SecurityIdentifier sid && sid.Value == Value; }
        public override int GetHashCode() { return Value.GetHashCode(); }
        public override string ToString() { return Value; }
    }

    /// <summary>An account by its name.</summary>
    public class NTAccount
    {
        public string Value { get; }

        public NTAccount(string name) { Value = name; }
        public NTAccount(string domain, string name) { Value = domain + "\\" + name; }

        public object Translate(Type type)
        {
            if (type == typeof(NTAccount)) return this;
            foreach (KeyValuePair<string, string> known in SecurityIdentifier.Known)
            {
                // Windows takes "NT AUTHORITY\NetworkService" and "NetworkService" for "NT AUTHORITY\NETWORK SERVICE".
                string whole = "\\" + known.Value.Replace(" ", "");
                if (whole.EndsWith("\\" + Value.Replace(" ", ""), StringComparison.OrdinalIgnoreCase))
                    return new SecurityIdentifier(known.Key);
            }
            throw new InvalidOperationException("Some or all identity references could not be translated.");
        }

        public override bool Equals(object other)
        {
            return other is NTAccount account && account.Value.Equals(Value, StringComparison.OrdinalIgnoreCase);
        }
        public override int GetHashCode() { return Value.ToUpperInvariant().GetHashCode(); }
        public override string ToString() { return Value; }
    }

    /// <summary>Who has signed in to the machine.</summary>
    public class WindowsIdentity : IDisposable
    {
        public string Name { get; private set; }
        public string AuthenticationType { get { return "NTLM"; } }
        public bool IsAuthenticated { get { return true; } }
        public bool IsSystem { get { return false; } }
        public bool IsAdministrator { get; private set; }

        public static WindowsIdentity GetCurrent()
        {
            JsonElement value = Machine.Ask(new { op = "identity" });
            return new WindowsIdentity
            {
                Name = value.GetProperty("name").GetString(),
                IsAdministrator = value.GetProperty("administrator").GetBoolean(),
            };
        }

        public void Dispose() { }
    }

    /// <summary>What who has signed in may do.</summary>
    public class WindowsPrincipal
    {
        public WindowsIdentity Identity { get; }

        public WindowsPrincipal(WindowsIdentity identity) { Identity = identity; }

        public bool IsInRole(object role)
        {
            string name = (role is PSObject wrapped ? wrapped.BaseObject : role).ToString();
            switch (name)
            {
                case "544":
                case "Administrator":
                case "Administrators":
                case @"BUILTIN\Administrators":
                case "S-1-5-32-544":
                    return Identity.IsAdministrator;
                case "545":
                case "User":
                case "Users":
                case @"BUILTIN\Users":
                case "S-1-5-32-545":
                case "Everyone":
                    return true;
                default:
                    return false;
            }
        }
    }
}
