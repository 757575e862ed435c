// Takes the place of Ansible's own utilities for processes, which call kernel32.dll: the same names, and each process is
// a program of the machine.
using System;
using System.Collections;
using System.IO;
using System.Text;
using System.Text.Json;
using Slmgr.Lab;

namespace NamespaceOfAnsible
{
    public class Result
    {
        public string StandardOut { get; internal set; }
        public string StandardError { get; internal set; }
        public uint ExitCode { get; internal set; }
    }

    public class Win32Exception : System.ComponentModel.Win32Exception
    {
        public Win32Exception(int code, string message) : base(code, message) { }
    }

    public class ProcessInformation { }
    public class SecurityAttributes { }
    public class StartupInfo { }

    /// <summary>Processes: each is a program of the machine.</summary>
    public static class ProcessUtil
    {
        private const int FileNotFound = 2;
        private const string ProgramFolder = "/opt/machine/bin/";

        public static string[] ParseCommandLine(string line) { return CommandLine.Split(line); }
        public static string[] CommandLineToArgv(string line) { return CommandLine.Split(line); }

        public static string SearchPath(string name)
        {
            JsonElement found = Machine.Ask(new { op = "find-program", name });
            if (found.ValueKind != JsonValueKind.String)
                throw new FileNotFoundException("Could not find file '" + name + "'.");
            return found.GetString();
        }

        public static Result CreateProcess(string command)
        {
            return CreateProcess(null, command, null, null, new byte[0], null);
        }

        public static Result CreateProcess(string application, string line, string folder, IDictionary environment)
        {
            return CreateProcess(application, line, folder, environment, new byte[0], null);
        }

        public static Result CreateProcess(string application, string line, string folder, IDictionary environment, string input)
        {
            return CreateProcess(application, line, folder, environment, input, null);
        }

        public static Result CreateProcess(string application, string line, string folder, IDictionary environment, string input, string encoding)
        {
            if (!string.IsNullOrEmpty(input) && !input.EndsWith("\n")) input += "\r\n";
            return CreateProcess(application, line, folder, environment, new UTF8Encoding(false).GetBytes(input ?? ""), encoding);
        }

        public static Result CreateProcess(string application, string line, string folder, IDictionary environment, byte[] input, string encoding)
        {
            return CreateProcess(application, line, folder, environment, input, encoding, false);
        }

        public static Result CreateProcess(string application, string line, string folder, IDictionary environment, byte[] input, string encoding, bool waitChildren)
        {
            string[] words = CommandLine.Split(line ?? "");
            string program = string.IsNullOrEmpty(application) ? (words.Length > 0 ? words[0] : "") : application;
            // What PowerShell found is the program of that name here.
            if (program.StartsWith(ProgramFolder)) program = program.Substring(ProgramFolder.Length);
            if (Machine.Ask(new { op = "find-program", name = program }).ValueKind != JsonValueKind.String)
                throw new Win32Exception(FileNotFound, "CreateProcessW() failed (The system cannot find the file specified, Win32ErrorCode 2)");
            ProgramResult ran = Machine.Run(line, input ?? new byte[0]);
            return new Result { StandardOut = ran.StandardOut, StandardError = ran.StandardError, ExitCode = ran.ExitCode };
        }
    }
}
