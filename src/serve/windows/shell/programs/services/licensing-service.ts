import { isServiceRunning, isVistaEra } from '../../../../../lab/model/machine';
import { type MachineState } from '../../../../../lab/model/state';
import { NotSimulated } from '../../not-simulated';

/** The licensing service as the machine's generation names it. */
export interface ServiceFacts {
  readonly name: string;
  readonly display: string;
  readonly isRunning: boolean;
}

/** Vista and Server 2008 call it Software Licensing, those after them Software Protection. */
export function licensingService(machine: MachineState): ServiceFacts {
  const [name, display] = isVistaEra(machine)
    ? ['slsvc', 'Software Licensing']
    : ['sppsvc', 'Software Protection'];
  return { name, display, isRunning: isServiceRunning(machine) };
}

/** Services that every Windows has and a simulated machine has not. */
const otherServices: ReadonlySet<string> = new Set(
  `appinfo bfe bits browser certsvc clipsvc cryptsvc dcomlaunch defragsvc dhcp dns dnscache dps eventlog eventsystem
  gpsvc iphlpsvc iisadmin kdc keyiso lanmanserver lanmanworkstation licensemanager lmhosts mpssvc msdtc msiserver
  netlogon netman nlasvc nsi ntds ntfrs osppsvc plugplay policyagent power profsvc remoteregistry rpceptmapper rpcss
  samss schedule sens server sessionenv sluinotify spooler sppuinotify sshd ssh-agent sysmain termservice themes
  trustedinstaller umrdpservice uxsms vss w32time w3svc wcmsvc windefend winmgmt winrm wlansvc workstation wsearch
  wuauserv`.split(/\s+/),
);

/**
 * Looks at the name of a service while a line is read.
 * @throws NotSimulated for another service of Windows
 */
export function refuseOtherService(word: string): void {
  if (otherServices.has(word.toLowerCase())) throw new NotSimulated(`the service ${word}`);
}

/** Whether a word names the machine's licensing service, by its name or (for `net`) by the one that people read. */
export function isLicensingService(
  { name, display }: ServiceFacts,
  word: string,
  byDisplay: boolean,
): boolean {
  const wanted = word.toLowerCase();
  return wanted === name || (byDisplay && wanted === display.toLowerCase());
}
