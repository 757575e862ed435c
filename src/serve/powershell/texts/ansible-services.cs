// Takes the place of Ansible's own utilities for services, which call advapi32.dll: the same names, and the service is
// that of the machine.
using System;
using System.Collections.Generic;
using Slmgr.Lab;

namespace NamespaceOfAnsible
{
    [Flags]
    public enum ControlsAccepted : uint { None = 0, Stop = 1, PauseContinue = 2, Shutdown = 4, ParamChange = 8, NetbindChange = 16, HardwareProfileChange = 32, PowerEvent = 64, SessionChange = 128, PreShutdown = 256 }
    public enum ErrorControl : uint { Ignore, Normal, Severe, Critical }
    public enum FailureAction : uint { None, Restart, Reboot, RunCommand }
    public enum LaunchProtection : uint { None, Windows, WindowsLight, AntimalwareLight }
    [Flags]
    public enum SCMRights : uint { Connect = 1, CreateService = 2, EnumerateService = 4, Lock = 8, QueryLockStatus = 16, ModifyBootConfig = 32, AllAccess = 0xF003F }
    [Flags]
    public enum ServiceFlags : uint { None = 0, RunsInSystemProcess = 1 }
    [Flags]
    public enum ServiceRights : uint { QueryConfig = 1, ChangeConfig = 2, QueryStatus = 4, EnumerateDependents = 8, Start = 16, Stop = 32, PauseContinue = 64, Interrogate = 128, UserDefinedControl = 256, Delete = 0x10000, ReadControl = 0x20000, WriteDac = 0x40000, WriteOwner = 0x80000, AllAccess = 0xF01FF, AccessSystemSecurity = 0x1000000 }
    public enum ServiceStartType : uint { BootStart = 0, SystemStart = 1, AutoStart = 2, DemandStart = 3, Disabled = 4, AutoStartDelayed = 0x1000000 }
    [Flags]
    public enum ServiceType : uint { KernelDriver = 1, FileSystemDriver = 2, Adapter = 4, RecognizerDriver = 8, Driver = 11, Win32OwnProcess = 16, Win32ShareProcess = 32, Win32 = 48, UserProcess = 64, UserOwnprocess = 80, UserShareProcess = 96, UserServiceInstance = 128, InteractiveProcess = 256, PkgService = 512 }
    public enum ServiceSidInfo : uint { None, Unrestricted, Restricted = 3 }
    public enum ServiceStatus : uint { Stopped = 1, StartPending, StopPending, Running, ContinuePending, PausePending, Paused }

    public enum TriggerAction : uint { ServiceStart = 1, ServiceStop = 2 }
    public enum TriggerDataType : uint { Binary = 1, String, Level, KeywordAny, KeywordAll }
    public enum TriggerType : uint { DeviceInterfaceArrival = 1, IpAddressAvailability, DomainJoin, FirewallPortEvent, GroupPolicy, NetworkEndpoint, Custom = 20 }

    public class TriggerItem
    {
        public TriggerDataType Type;
        public object Data;
    }

    public class Trigger
    {
        public TriggerType Type;
        public TriggerAction Action;
        public Guid SubType;
        public List<TriggerItem> DataItems = new List<TriggerItem>();
    }

    public class ServiceManagerException : System.ComponentModel.Win32Exception
    {
        public ServiceManagerException(int code, string message) : base(code, message) { }
    }

    public class Action
    {
        public FailureAction Type;
        public uint Delay;
    }

    public class FailureActions
    {
        public uint? ResetPeriod = null;
        public string RebootMsg = null;
        public string Command = null;
        public List<Action> Actions = null;
    }

    /// <summary>A service as its configuration has it. What a simulated machine does not keep is told when it is set.</summary>
    public class Service : IDisposable
    {
        private const int AccessDenied = 5;
        private const int NoSuchService = 1060;
        private MachineService facts;

        public Service(string name) : this(name, ServiceRights.AllAccess) { }
        public Service(string name, ServiceRights access) : this(name, access, SCMRights.Connect) { }

        public Service(string name, ServiceRights access, SCMRights managerAccess)
        {
            facts = MachineService.Find(name);
            if (facts == null)
                throw new ServiceManagerException(NoSuchService, "Failed to open service '" + name + "' (The specified service does not exist as an installed service, Win32ErrorCode 1060 - 0x00000424)");
            bool asksMore = (access & ~(ServiceRights.QueryConfig | ServiceRights.QueryStatus | ServiceRights.EnumerateDependents | ServiceRights.Interrogate | ServiceRights.ReadControl)) != 0;
            if (asksMore && !WindowsIdentity.GetCurrent().IsAdministrator)
                throw new ServiceManagerException(AccessDenied, "Failed to open service '" + name + "' (Access is denied, Win32ErrorCode 5 - 0x00000005)");
        }

        private static PlatformNotSupportedException NotKept(string what)
        {
            return new PlatformNotSupportedException("A simulated machine does not change the " + what + " of its service.");
        }

        public string ServiceName { get { return facts.Name; } }
        public ServiceType ServiceType { get { return ServiceType.Win32OwnProcess; } set { throw NotKept("type"); } }
        public ServiceStartType StartType { get { return ServiceStartType.AutoStart; } set { throw NotKept("start mode"); } }
        public ErrorControl ErrorControl { get { return ErrorControl.Normal; } set { throw NotKept("error control"); } }
        public string Path { get { return facts.Path; } set { throw NotKept("path"); } }
        public string LoadOrderGroup { get { return ""; } set { throw NotKept("load order group"); } }
        public List<string> DependentOn { get { return new List<string> { "RpcSs" }; } set { throw NotKept("dependencies"); } }
        public NTAccount Account { get { return new NTAccount(facts.Account); } set { throw NotKept("account"); } }
        public string Password { set { throw NotKept("password"); } }
        public string DisplayName { get { return facts.DisplayName; } set { throw NotKept("display name"); } }
        public string Description { get { return facts.Description; } set { throw NotKept("description"); } }
        public FailureActions FailureActions
        {
            get { return new FailureActions { ResetPeriod = 0, Actions = new List<Action>() }; }
            set { throw NotKept("failure actions"); }
        }
        public bool FailureActionsOnNonCrashFailures { get { return false; } set { throw NotKept("failure actions"); } }
        public ServiceSidInfo ServiceSidInfo { get { return ServiceSidInfo.Unrestricted; } set { throw NotKept("SID"); } }
        public List<string> RequiredPrivileges { get { return new List<string>(); } set { throw NotKept("privileges"); } }
        public uint PreShutdownTimeout { get { return 180000; } set { throw NotKept("shutdown timeout"); } }
        public List<Trigger> Triggers { get { return new List<Trigger>(); } set { throw NotKept("triggers"); } }
        public ushort? PreferredNode { get { return null; } set { throw NotKept("preferred node"); } }
        public LaunchProtection LaunchProtection { get { return LaunchProtection.None; } set { throw NotKept("launch protection"); } }
        public ServiceStatus State { get { return facts.Status == "Running" ? ServiceStatus.Running : ServiceStatus.Stopped; } }
        public ControlsAccepted ControlsAccepted { get { return facts.Status == "Running" ? ControlsAccepted.Stop | ControlsAccepted.Shutdown : ControlsAccepted.None; } }
        public uint Win32ExitCode { get { return 0; } }
        public uint ServiceExitCode { get { return 0; } }
        public uint Checkpoint { get { return 0; } }
        public uint WaitHint { get { return 0; } }
        public uint ProcessId { get { return facts.ProcessId; } }
        public ServiceFlags ServiceFlags { get { return ServiceFlags.None; } }
        public List<string> DependedBy { get { return new List<string>(); } }

        public void Delete() { throw NotKept("existence"); }
        public void Refresh() { facts.Refresh(); }
        public void Dispose() { }
    }
}
