import type { KmsClientFacts, KmsHostFacts, ProductFacts, ServiceFacts } from '../../licensing/facts';
import { effectiveKmsPort } from '../../licensing/windows';
import { mostRecent } from './activation-information';
import { overrideWarning } from './kms';
import type { ScriptGeneration } from './script-generation';

/** What a product knows as a KMS client. */
export function kmsClientLines(
  client: KmsClientFacts,
  service: ServiceFacts,
  script: ScriptGeneration,
): readonly string[] {
  const registered = registeredHost(client);
  const domain = script.hasLookupDomain ? client.lookupDomain : '';
  return [
    ...mostRecent(script),
    'Key Management Service client information',
    `    Client Machine ID (CMID): ${service.clientMachineId}`,
    ...(domain === '' ? [] : [`    Registered KMS SRV record lookup domain: ${domain}`]),
    registered === null ? discoveredLine(client) : `    Registered KMS machine name: ${registered}`,
    ...answeredLines(client, service, script),
    ...(registered === null || domain === '' ? [] : ['', overrideWarning(registered)]),
  ];
}

/** What the host that answered has told. */
function answeredLines(
  client: KmsClientFacts,
  service: ServiceFacts,
  { hasHostAddress, hasHostCaching }: ScriptGeneration,
): readonly string[] {
  const address = `    KMS machine IP address: ${client.discoveredAddress || 'not available'}`;
  return [
    ...(hasHostAddress ? [address] : []),
    `    KMS machine extended PID: ${client.hostExtendedPid}`,
    `    Activation interval: ${client.activationInterval ?? ''} minutes`,
    `    Renewal interval: ${client.renewalInterval ?? ''} minutes`,
    ...(hasHostCaching ? [`    KMS host caching is ${service.hostCaching ? 'enabled' : 'disabled'}`] : []),
  ];
}

/** What a product knows as a KMS host; nothing for others. */
export function kmsHostLines(
  { kmsHost }: ProductFacts,
  service: ServiceFacts,
  { hasRequestCounts }: ScriptGeneration,
): readonly string[] {
  if (kmsHost === null) return [];
  return [
    '',
    'Key Management Service is enabled on this machine',
    `    Current count: ${kmsHost.currentCount ?? ''}`,
    `    Listening on Port: ${effectiveKmsPort(service.listeningPort)}`,
    `    DNS publishing ${service.dnsPublishing ? 'enabled' : 'disabled'}`,
    `    KMS priority: ${service.lowPriority ? 'Low' : 'Normal'}`,
    ...(hasRequestCounts ? counterLines(kmsHost) : []),
  ];
}

function counterLines({ requests }: KmsHostFacts): readonly string[] {
  if (requests === null) return [];
  const byStatus = [
    ['Unlicensed', requests.unlicensed],
    ['Licensed', requests.licensed],
    ['Initial grace period', requests.initialGrace],
    ['License expired or Hardware out of tolerance', requests.additionalGrace],
    ['Non-genuine grace period', requests.nonGenuineGrace],
    ['Notification', requests.notification],
  ] as const;
  return [
    '',
    'Key Management Service cumulative requests received from clients',
    `    Total requests received: ${requests.total ?? ''}`,
    `    Failed requests received: ${requests.failed ?? ''}`,
    ...byStatus.map(([status, count]) => `    Requests with License Status ${status}: ${count ?? ''}`),
  ];
}

function registeredHost(client: KmsClientFacts): string | null {
  if (client.registeredMachine === '') return null;
  return `${client.registeredMachine}:${effectiveKmsPort(client.registeredPort)}`;
}

function discoveredLine({ discoveredMachine, discoveredPort }: KmsClientFacts): string {
  return discoveredMachine === '' || !discoveredPort
    ? '    DNS auto-discovery: KMS name not available'
    : `    KMS machine name from DNS: ${discoveredMachine}:${discoveredPort}`;
}
