import type { AutomaticVmFacts, DirectoryActivationFacts, TokenFacts } from '../../licensing/facts';
import { formatLocalDateTime, type ZoneOffset } from '../../licensing/local-time';
import { currentScript, type ScriptGeneration } from './script-generation';

/** The heading of what a product knows about its last activation, and the empty line in front of it. */
export function mostRecent({
  hasRecentHeading,
}: Pick<ScriptGeneration, 'hasRecentHeading'>): readonly string[] {
  return hasRecentHeading ? ['', 'Most recent activation information:'] : [''];
}

export function directoryClientLines(
  directory: DirectoryActivationFacts,
  script: ScriptGeneration,
): readonly string[] {
  return [
    ...mostRecent(script),
    'AD Activation client information',
    `    Activation Object name: ${directory.objectName}`,
    `    AO DN: ${directory.objectDn}`,
    `    AO extended PID: ${directory.csvlkPid}`,
    `    AO activation ID: ${directory.csvlkSkuId}`,
  ];
}

export function tokenClientLines(token: TokenFacts, script: ScriptGeneration): readonly string[] {
  return [
    ...mostRecent(script),
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
    ...mostRecent(currentScript),
    'Automatic VM Activation client information',
    `    Host machine name: ${orNotAvailable(hostMachineName)}`,
    `    Activation time: ${orNotAvailable(time)}`,
    `    Host Digital PID2: ${orNotAvailable(hostDigitalPid2)}`,
  ];
}

function orNotAvailable(text: string): string {
  return text === '' ? 'Not Available' : text;
}
