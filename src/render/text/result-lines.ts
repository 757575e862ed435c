import type { ZoneOffset } from '../../licensing/local-time';
import type { CommandResult } from '../../verbs/run';
import { activationEndedLines } from './activation';
import { activationObjectLines } from './active-directory';
import { complaintLines } from './complaint';
import { errorLines } from './error';
import { expirationLines } from './expiration';
import {
  hostRefusalLines,
  hostSettingLines,
  kmsMachineClearedLines,
  kmsMachineSetLines,
  lookupDomainLines,
} from './kms';
import { informationLines, subscriptionLines } from './license-information';
import { currentScript, type ScriptGeneration } from './script-generation';
import { certificateLines, tokenLicensesLines } from './token';

const phoneHint =
  'Product activation telephone numbers can be obtained by searching the phone.inf file for the appropriate phone number for your location/country. You can open the phone.inf file from a Command Prompt or the Start Menu by running: notepad %systemroot%\\system32\\sppui\\phone.inf';

type Kind = CommandResult['kind'];
type ResultOf<K extends Kind> = Extract<CommandResult, { readonly kind: K }>;
type Lines = readonly string[];

type Render<K extends Kind> = (result: ResultOf<K>, zone: ZoneOffset, script: ScriptGeneration) => Lines;

/** The lines of each kind of result; a constant where the result carries nothing that slmgr prints. */
const linesOf: { readonly [K in Kind]: Lines | Render<K> } = {
  complaint: ({ complaint }) => complaintLines(complaint),
  error: (error, _zone, script) => errorLines(error, script),
  service: ({ service, detailed }) =>
    detailed ? [`Software licensing service version: ${service.version}`] : [],
  'license-information': informationLines,
  expiration: ({ product }, zone) => expirationLines(product, zone),
  subscription: ({ subscription }, _zone, script) =>
    script.hasSubscription ? subscriptionLines(subscription) : [],
  'several-licenses-warning': ({ description, activationId }) => [
    'Warning: This operation may affect more than one target license.  Please verify the results.',
    `Processing the license for ${description} (${activationId}).`,
  ],
  'product-key-installed': ({ productKey }) => [`Installed product key ${productKey} successfully.`],
  'product-key-uninstalled': ['Uninstalled product key successfully.'],
  'product-key-cleared': ['Product key from registry cleared successfully.'],
  activating: ({ name, activationId }) => [`Activating ${name} (${activationId}) ...`],
  'activation-ended': activationEndedLines,
  'installation-id': ({ installationId, of }) => [
    `Installation ID: ${installationId}`,
    ...(of === 'forest' ? ['', phoneHint] : []),
  ],
  'license-file-installed': ({ path }) => [`License file ${path} installed successfully.`, ''],
  'reinstalling-license-files': ['Re-installing license files ...'],
  'license-files-reinstalled': ['License files re-installed successfully.'],
  rearmed: ({ scope }) => [
    'Command completed successfully.',
    ...(scope === 'windows' ? ['Please restart the system for the changes to take effect.'] : []),
  ],
  'kms-machine-set': kmsMachineSetLines,
  'kms-machine-cleared': kmsMachineClearedLines,
  'lookup-domain-set': lookupDomainLines,
  'lookup-domain-cleared': lookupDomainLines,
  'host-caching-set': ({ enabled }) => [`KMS host caching is ${enabled ? 'enabled' : 'disabled'}`],
  'activation-type-set': ['Volume activation type set successfully.'],
  'host-setting-set': ({ setting }) => hostSettingLines(setting),
  'not-a-kms-host': ({ setting }) => hostRefusalLines(setting),
  'token-licenses': ({ licenses }, zone) => tokenLicensesLines(licenses, zone),
  'removing-token-licenses': ['Removing Token-based Activation License ...', ''],
  'token-license-removed': ({ id }) => [`Removed license with SLID=${id}.`],
  'no-token-licenses-removed': ['No licenses found.'],
  certificate: ({ certificate }) => certificateLines(certificate),
  'forest-activated': ['Product activated successfully.'],
  'activation-objects': ({ objects }) => activationObjectLines(objects),
  'activation-object-named': ({ distinguishedName }) => [`    AO DN: ${distinguishedName}`, ''],
  'activation-object-deleted': ['Operation completed successfully.'],
  'product-key-not-found': ['Error: product key not found.'],
  'product-not-found': ['Error: product not found.'],
  'activation-id-not-found': ({ activationId }) => [`Error: Activation ID (${activationId}) not found.`],
  'invalid-data': ['Error: The data is invalid'],
  'token-activation-only': [
    'This system is configured for Token-based activation only. Use slmgr.vbs /fta to initiate Token-based activation, or slmgr.vbs /act-type to change the activation type setting.',
  ],
  'no-activation-object-container': [
    'Active Directory-Based Activation is not supported in the current Active Directory schema.',
  ],
  'changes-refused': ({ reason }) => [`Error: ${reason}`],
  'remote-not-supported': ['This command of SLMgr.vbs is not supported for remote execution'],
};

/** The lines that slmgr prints for a result. */
export function resultLines<K extends Kind>(
  result: ResultOf<K>,
  zone: ZoneOffset,
  script: ScriptGeneration = currentScript,
): Lines {
  const lines: Lines | Render<K> = linesOf[result.kind];
  return typeof lines === 'function' ? lines(result, zone, script) : lines;
}
