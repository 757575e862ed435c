import type { AutomaticVmFacts, DirectoryActivationFacts, TokenFacts } from '../../licensing/facts';
import { formatLocalDateTime, type ZoneOffset } from '../../licensing/local-time';

/** The heading of what a product knows about its last activation. */
export const mostRecent = ['', 'Most recent activation information:'] as const;

export function directoryClientLines(directory: DirectoryActivationFacts): readonly string[] {
  return [
    ...mostRecent,
    'AD Activation client information',
    `    Activation Object name: ${directory.objectName}`,
    `    AO DN: ${directory.objectDn}`,
    `    AO extended PID: ${directory.csvlkPid}`,
    `    AO activation ID: ${directory.csvlkSkuId}`,
  ];
}

export function tokenClientLines(token: TokenFacts): readonly string[] {
  return [
    ...mostRecent,
    'Token-based Activation information',
    `    License ID (ILID): ${token.ilid}`,
    `    Version ID (ILvID): ${token.ilvid ?? ''}`,
    `    Grant Number: ${token.grantNumber ?? ''}`,
    `    Certificate Thumbprint: ${token.certificateThumbprint}`,
  ];
}

/** The guest's ID, and what it knows about the host that activated it, if anything. */
export function automaticVmLines(facts: AutomaticVmFacts, zone: ZoneOffset): readonly string[] {
  const { iaid, hostMachineName, lastActivation, hostDigitalPid2 } = facts;
  const guest = `Guest IAID: ${orNotAvailable(iaid)}`;
  if (hostMachineName === '' && lastActivation === null && hostDigitalPid2 === '') return [guest];
  const time = lastActivation === null ? '' : formatLocalDateTime(lastActivation, zone);
  return [
    guest,
    ...mostRecent,
    'Automatic VM Activation client information',
    `    Host machine name: ${orNotAvailable(hostMachineName)}`,
    `    Activation time: ${orNotAvailable(time)}`,
    `    Host Digital PID2: ${orNotAvailable(hostDigitalPid2)}`,
  ];
}

function orNotAvailable(text: string): string {
  return text === '' ? 'Not Available' : text;
}
