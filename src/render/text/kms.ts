import type { FixedHost, HostSetting, VerbResult } from '../../verbs/results';

type ResultOf<K extends VerbResult['kind']> = Extract<VerbResult, { readonly kind: K }>;

/** What a KMS host's settings come with. */
export const rebootWarning = 'Warning: a KMS reboot is needed for this setting to take effect.';

/** The warning that a fixed host makes a lookup domain pointless. */
export function overrideWarning(host: string): string {
  return `Warning: /skms setting overrides the /skms-domain setting. ${host} will be used for activation.`;
}

export function kmsMachineSetLines({ name, lookupDomain }: ResultOf<'kms-machine-set'>): readonly string[] {
  const line = `Key Management Service machine name set to ${name} successfully.`;
  return lookupDomain === '' ? [line] : [line, overrideWarning(name)];
}

export function kmsMachineClearedLines({ lookupDomain }: ResultOf<'kms-machine-cleared'>): readonly string[] {
  const line = 'Key Management Service machine name cleared successfully.';
  if (lookupDomain === '') return [line];
  return [
    line,
    `Warning: /skms-domain setting is in effect. ${lookupDomain} will be used for DNS SRV record lookup.`,
  ];
}

/** The lines about a lookup domain, and about the fixed host that is used in its place. */
export function lookupDomainLines(
  result: ResultOf<'lookup-domain-set'> | ResultOf<'lookup-domain-cleared'>,
): readonly string[] {
  if (result.kind === 'lookup-domain-set') {
    const line = `Key Management Service lookup domain set to ${result.domain} successfully.`;
    return result.fixed === null ? [line] : [line, overrideWarning(fixedHostWords(result.fixed))];
  }
  const line = 'Key Management Service lookup domain cleared successfully.';
  if (result.fixed === null) return [line];
  const host = fixedHostWords(result.fixed);
  return [line, `Warning: /skms setting is in effect. ${host} will be used for activation.`];
}

export function hostSettingLines(setting: HostSetting): readonly string[] {
  return [hostSettingSentence(setting), rebootWarning];
}

export function hostRefusalLines(setting: HostSetting['name']): readonly string[] {
  return [`Warning: ${settingNames[setting]} can only be set on a KMS machine that is also activated.`];
}

const settingNames: Readonly<Record<HostSetting['name'], string>> = {
  port: 'KMS port',
  'activation-interval': 'Volume activation interval',
  'renewal-interval': 'Volume renewal interval',
  'dns-publishing': 'DNS Publishing',
  'low-priority': 'Priority',
};

function hostSettingSentence(setting: HostSetting): string {
  switch (setting.name) {
    case 'port':
      return `KMS port set to ${setting.value} successfully.`;
    case 'activation-interval':
      return `Volume activation interval set to ${setting.value} minutes successfully.`;
    case 'renewal-interval':
      return `Volume renewal interval set to ${setting.value} minutes successfully.`;
    case 'dns-publishing':
      return `DNS publishing ${setting.value ? 'enabled' : 'disabled'}`;
    case 'low-priority':
      return `KMS priority set to ${setting.value ? 'Low' : 'Normal'}`;
  }
}

function fixedHostWords({ machine, port }: FixedHost): string {
  return `${machine}:${port}`;
}
