// The machine's services, as ServiceController has them.
using System;
using System.Collections.Generic;
using System.Text.Json;

namespace Slmgr.Lab
{
    /// <summary>A service of the machine.</summary>
    public class MachineService
    {
        public string Name { get; private set; }
        public string ServiceName { get { return Name; } }
        public string DisplayName { get; private set; }
        public string Status { get; private set; }
        public string StartType { get { return "Automatic"; } }
        public string ServiceType { get { return "Win32OwnProcess"; } }
        public string MachineName { get { return "."; } }
        public bool CanStop { get { return Status == "Running"; } }
        public bool CanShutdown { get { return Status == "Running"; } }
        public bool CanPauseAndContinue { get { return false; } }
        public MachineService[] DependentServices { get { return new MachineService[0]; } }
        public MachineService[] ServicesDependedOn { get { return new MachineService[0]; } }
        public uint ProcessId { get; private set; }
        public string Path { get; private set; }
        public string Account { get; private set; }
        public string Description { get; private set; }

        public static MachineService[] All()
        {
            var found = new List<MachineService>();
            foreach (JsonElement each in Machine.Ask(new { op = "services" }).EnumerateArray())
                found.Add(new MachineService().Take(each));
            return found.ToArray();
        }

        public static MachineService Find(string name)
        {
            foreach (MachineService each in All())
                if (each.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) return each;
            return null;
        }

        private MachineService Take(JsonElement facts)
        {
            Name = facts.GetProperty("name").GetString();
            DisplayName = facts.GetProperty("display").GetString();
            Status = facts.GetProperty("running").GetBoolean() ? "Running" : "Stopped";
            ProcessId = facts.GetProperty("process").GetUInt32();
            Path = facts.GetProperty("path").GetString();
            Account = facts.GetProperty("account").GetString();
            Description = facts.GetProperty("description").GetString();
            return this;
        }

        public void Refresh()
        {
            MachineService now = Find(Name);
            if (now == null) throw new InvalidOperationException("The service " + Name + " is not there any more.");
            Status = now.Status;
            ProcessId = now.ProcessId;
        }

        public void Start() { Control("start"); }
        public void Stop() { Control("stop"); }

        public void WaitForStatus(object status) { Refresh(); }
        public void WaitForStatus(object status, TimeSpan limit) { Refresh(); }

        private void Control(string verb)
        {
            Machine.Ask(new { op = "service", name = Name, verb });
            Refresh();
        }

        public void Close() { }
        public void Dispose() { }
        public override string ToString() { return Name; }
    }

    internal static class ServiceNames
    {
        internal static void Register()
        {
            Names.Stand("System.ServiceProcess.ServiceController", typeof(MachineService));
            Names.Stand("ServiceProcess.ServiceController", typeof(MachineService));
        }
    }
}
