/** Programs that take whatever words they are given: these may be known only while a line runs. */
export const takesAnyWords: ReadonlySet<string> = new Set(['cscript', 'slmgr', 'wscript']);

/** Programs that Windows has and a simulated machine has not: a line that names one is refused as a whole. */
export const windowsPrograms: ReadonlySet<string> = new Set(
  `arp at attrib auditpol bcdboot bcdedit bitsadmin certreq certutil changepk chkdsk choice cipher clip cmdkey comp
  compact control convert curl defrag diskpart dism dispdiag djoin dnscmd driverquery eventcreate eventvwr expand
  explorer fc finger forfiles format fsutil ftp getmac gpresult gpupdate hh icacls iscsicli klist ktpass label
  licensingdiag logman logoff makecab mmc mode mountvol mpcmdrun msg msiexec msinfo32 mstsc nbtstat netdom
  netsh netstat nltest notepad openfiles pathping ping pnputil powercfg print pwsh qprocess query quser
  recover regedit regsvr32 robocopy route runas rundll32 schtasks scp secedit services setx sfc sftp ssh ssh-keygen
  subst systeminfo takeown tar taskkill tasklist taskmgr telnet timeout tracert tree tzutil verifier vssadmin w32tm
  waitfor wbadmin wecutil wevtutil where winget winrm winrs winver wmic wsl wuauclt xcopy`.split(/\s+/),
);
