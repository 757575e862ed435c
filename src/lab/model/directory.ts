import { adActivationEra, generationFacts } from '../../licensing/catalogue/generations';
import { groupActivates, groupRunsOn, hostGroup, hostGroupOf } from '../../licensing/catalogue/host-groups';
import type { Catalogue, Edition, HostGroupId, Sku } from '../../licensing/catalogue/types';
import type { Hresult } from '../../licensing/hresult';
import type { ModelContext } from './context';
import { modelError } from './errors';
import { hardwareIdOf, newExtendedPid } from './identity';
import { parseKey, partialKey, type LabKey } from './keys';
import { licensed, validityMinutes } from './license';
import { replaceProduct } from './machine';
import { failed, succeeded, type Outcome } from './outcome';
import { ask, type DirectoryAnswer, type ForestObject, type Procedure } from './outside';
import { checkConfirmationId, installationId, type ConfirmationCheck } from './phone';
import { withActivationRearms } from './rearm';
import type { MachineState, ProductState } from './state';
import { renewalTimer } from './timers';

/** Longest relative name that the directory takes for a cn. */
const longestName = 64;

/** The naming context of the forest's configuration partition. */
export function configurationContext(domain: string): string {
  return ['CN=Configuration', ...domain.split('.').map((label) => `DC=${label}`)].join(',');
}

/** Container of the activation objects (K15.1). */
export function activationObjectsContainer(domain: string): string {
  return `CN=Activation Objects,CN=Microsoft SPP,CN=Services,${configurationContext(domain)}`;
}

/** Windows 8 / Server 2012 and Office 2013 on are activated by Active Directory (K15.1). */
export function canUseDirectory(edition: Edition): boolean {
  const { release } = edition;
  return release.of === 'office'
    ? edition.kind === 'office' && release.generation !== '2010'
    : generationFacts(release.generation).era >= adActivationEra;
}

function objectFor(answer: DirectoryAnswer, edition: Edition): ForestObject | undefined {
  return answer.objects.find(({ group }) => groupActivates(hostGroup(group), edition));
}

function whyNot(answer: DirectoryAnswer): Hresult {
  if (!answer.reachable) return modelError.noSuchDomain;
  return answer.supported ? modelError.adObjectNotFound : modelError.adSchemaNotSupported;
}

/** The machine with a product that an activation object activates: 180 days, renewed every 7 (K15.1). */
function activatedBy(
  machine: MachineState,
  product: ProductState,
  object: ForestObject,
  context: ModelContext,
): MachineState {
  const { now } = context;
  const activated: ProductState = {
    ...product,
    license: licensed('ad', now, validityMinutes),
    boundHardware: machine.hardware,
    activationType: 1,
    ad: {
      objectName: object.displayName,
      distinguishedName: object.distinguishedName,
      csvlkPid: object.csvlkPid ?? '',
      csvlkSkuId: object.csvlkSkuId ?? '',
    },
    token: null,
    pausedGraceMinutes: null,
  };
  const timer = renewalTimer(machine, activated, now);
  return withActivationRearms(replaceProduct(machine, { ...activated, timer }), product, context);
}

/** What came of asking Active Directory: an outcome, or why it was not it. */
export type DirectoryAttempt =
  | { readonly kind: 'activated'; readonly outcome: Outcome }
  | { readonly kind: 'no'; readonly hresult: Hresult };

/** Tries activation by the domain's activation objects; no threshold, nothing counted (K15.1). */
export function* activateAtDirectory(
  machine: MachineState,
  product: ProductState,
  context: ModelContext,
): Procedure<DirectoryAttempt> {
  const edition = context.catalogue.edition(product.edition);
  if (!canUseDirectory(edition)) return { kind: 'no', hresult: modelError.notSupported };
  if (machine.domain === null) return { kind: 'no', hresult: modelError.noSuchDomain };
  const answer = yield* ask({ kind: 'directory', domain: machine.domain });
  const object = answer.reachable && answer.supported ? objectFor(answer, edition) : undefined;
  if (object === undefined) return { kind: 'no', hresult: whyNot(answer) };
  return { kind: 'activated', outcome: succeeded(activatedBy(machine, product, object, context)) };
}

/** A host key for the forest, with its group's product; or the error of the AD verbs. */
function forestKey(
  typed: string,
  catalogue: Catalogue,
): { readonly key: LabKey; readonly group: HostGroupId; readonly sku: Sku } | Hresult {
  const parsed = parseKey(typed, catalogue);
  if (parsed.kind === 'invalid') return modelError.invalidKey;
  if (parsed.kind !== 'lab' || parsed.key.hostGroup === null) return modelError.invalidKeyType;
  const id = parsed.key.hostGroup;
  const group = hostGroup(id);
  if (group.office === '2010' || (group.office === null && group.era < adActivationEra)) {
    return modelError.invalidKeyType;
  }
  const wanted = group.office === null ? ['client', 'server'] : ['office-host'];
  const editions = catalogue.editions.filter(({ kind }) => wanted.includes(kind));
  const edition =
    editions.find((each) => hostGroupOf(each) === id) ?? editions.find((each) => groupRunsOn(group, each));
  if (edition === undefined) return modelError.skuNotInstalled;
  return { key: parsed.key, group: id, sku: catalogue.sku(edition, 'csvlk', id) };
}

interface NewObject {
  readonly typedKey: string;
  readonly name: string;
  readonly domain: string;
}

function newObject(machine: MachineState, facts: NewObject, context: ModelContext): ForestObject | Hresult {
  const found = forestKey(facts.typedKey, context.catalogue);
  if (typeof found === 'number') return found;
  const { group, sku, key } = found;
  const name =
    facts.name.trim() === '' ? `${hostGroup(group).label} ${partialKey(key.text)}` : facts.name.trim();
  if (name.length > longestName) return modelError.adNameTooLong;
  return {
    displayName: name,
    distinguishedName: `CN=${name},${activationObjectsContainer(facts.domain)}`,
    csvlkSkuId: sku.activationId,
    csvlkPid: newExtendedPid(machine, 'csvlk', context),
    csvlkPartialProductKey: partialKey(key.text),
    group,
  };
}

function* deposit(machine: MachineState, domain: string, object: ForestObject): Procedure<Outcome> {
  const written = yield* ask({ kind: 'directory-write', domain, object });
  return written.hresult === 0 ? succeeded(machine) : failed(machine, written.hresult);
}

function domainFor(machine: MachineState): string | Hresult {
  if (machine.domain === null) return modelError.noSuchDomain;
  return generationFacts(machine.generation).era < adActivationEra
    ? modelError.adSchemaNotSupported
    : machine.domain;
}

/** `/ad-activation-online`: activates the forest with a host key at Microsoft and writes its object (K15.2). */
export function* activateForestOnline(
  machine: MachineState,
  typedKey: string,
  name: string,
  context: ModelContext,
): Procedure<Outcome> {
  const domain = domainFor(machine);
  if (typeof domain !== 'string') return failed(machine, domain);
  const object = newObject(machine, { typedKey, name, domain }, context);
  if (typeof object === 'number') return failed(machine, object);
  const parsed = parseKey(typedKey, context.catalogue);
  if (parsed.kind !== 'lab') return failed(machine, modelError.invalidKey);
  const answer = yield* ask({ kind: 'microsoft', key: parsed.key, hardwareId: `forest:${domain}` });
  if (answer.hresult !== 0) return failed(machine, answer.hresult);
  return yield* deposit(machine, domain, object);
}

function forestInstallationId(machine: MachineState, domain: string, key: LabKey): string {
  return installationId({ key, print: `forest|${domain}|${hardwareIdOf(machine)}`, isShort: false });
}

/** `/ad-activation-get-iid`: the installation ID of the forest for a host key. */
export function forestInstallation(machine: MachineState, typedKey: string, context: ModelContext): Outcome {
  const domain = domainFor(machine);
  if (typeof domain !== 'string') return failed(machine, domain);
  const found = forestKey(typedKey, context.catalogue);
  if (typeof found === 'number') return failed(machine, found);
  return succeeded(machine, { output: { InstallationID: forestInstallationId(machine, domain, found.key) } });
}

/** Errors of typed confirmation IDs. */
export const confirmationError: Record<Exclude<ConfirmationCheck, 'right'>, Hresult> = {
  'not-digits': modelError.confirmationInvalid,
  length: modelError.confirmationLength,
  'check-digits': modelError.confirmationCheckDigits,
  mismatch: modelError.confirmationMismatch,
};

/** `/ad-activation-apply-cid`: the telephone's answer for the forest; writes the object. */
export function* activateForestByPhone(
  machine: MachineState,
  typed: { readonly key: string; readonly confirmation: string; readonly name: string },
  context: ModelContext,
): Procedure<Outcome> {
  const domain = domainFor(machine);
  if (typeof domain !== 'string') return failed(machine, domain);
  const found = forestKey(typed.key, context.catalogue);
  if (typeof found === 'number') return failed(machine, found);
  const check = checkConfirmationId(typed.confirmation, forestInstallationId(machine, domain, found.key));
  if (check !== 'right') return failed(machine, confirmationError[check]);
  const object = newObject(machine, { typedKey: typed.key, name: typed.name, domain }, context);
  if (typeof object === 'number') return failed(machine, object);
  return yield* deposit(machine, domain, object);
}
