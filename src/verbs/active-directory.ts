import { isSameName, parentOf, partsOf } from '../licensing/distinguished-name';
import { hresult } from '../licensing/hresult';
import { LicensingError, type LicensingProvider } from '../licensing/provider';
import { textOf } from '../licensing/values';
import { activationObjectsContainer } from '../licensing/windows';
import type { Operation, VerbContext, VerbResults } from './context';
import { callService, readService } from './machine';

/** ERROR_DS_NO_SUCH_OBJECT */
const noSuchObject = hresult(0x80072030);

/** Active Directory is asked by the machine itself: a verb of this family refuses a remote one. */
function here(operation: Operation): Operation {
  return async function* refuseRemote(context, args) {
    if (context.remote) yield { kind: 'remote-not-supported' };
    else yield* operation(context, args);
  };
}

/** /ad-activation-online: activates the forest over the internet. */
export const activateForestOnline = here(async function* activateOnline({ provider }, args) {
  const [productKey = '', name = ''] = args;
  await callService(provider, await readService(provider), 'DoActiveDirectoryOnlineActivation', {
    ProductKey: productKey,
    ActivationObjectName: name,
  });
  yield { kind: 'forest-activated' };
});

/** /ad-activation-get-iid: the installation ID with which the forest is activated by telephone. */
export const displayForestInstallationId = here(async function* displayId({ provider }, args) {
  const [productKey = ''] = args;
  const service = await readService(provider);
  const output = await callService(provider, service, 'GenerateActiveDirectoryOfflineActivationId', {
    ProductKey: productKey,
  });
  yield { kind: 'installation-id', installationId: textOf(output['InstallationID']), of: 'forest' };
});

/** /ad-activation-apply-cid: activates the forest with the confirmation ID of the telephone. */
export const activateForestByPhone = here(async function* activateByPhone({ provider }, args) {
  const [productKey = '', confirmationId = '', name = ''] = args;
  const service = await readService(provider);
  await callService(provider, service, 'DepositActiveDirectoryOfflineActivationConfirmation', {
    ProductKey: productKey,
    ConfirmationID: confirmationId,
    ActivationObjectName: name,
  });
  yield { kind: 'forest-activated' };
});

/** /ao-list: lists the forest's activation objects. */
export const listActivationObjects = here(async function* list({ provider }: VerbContext): VerbResults {
  if (await provider.directory.supportsActivationObjects()) {
    yield { kind: 'activation-objects', objects: await provider.directory.listActivationObjects() };
  } else {
    yield { kind: 'no-activation-object-container' };
  }
});

/** /del-ao: deletes an activation object by its distinguished name or by the first part of it. */
export const deleteActivationObject = here(async function* remove({ provider }, args) {
  const [name = ''] = args;
  const { directory } = provider;
  if (!(await directory.supportsActivationObjects())) {
    yield { kind: 'no-activation-object-container' };
    return;
  }
  const container = `${activationObjectsContainer},${await directory.configurationNamingContext()}`;
  let distinguishedName = name;
  if (!isDistinguishedName(name)) {
    const relative = /^cn=/i.test(name) ? name : `CN=${name}`;
    distinguishedName = `${relative},${container}`;
    yield { kind: 'activation-object-named', distinguishedName };
  }
  await directory.getObject(distinguishedName);
  // What is deleted is found by its relative name: of another container it would be another object.
  if (isDistinguishedName(name) && !isSameName(parentOf(name), container)) {
    throw new LicensingError(noSuchObject, `${name} is no activation object: those are in ${container}.`);
  }
  await directory.deleteActivationObject(await relativeNameOf(provider, distinguishedName));
  yield { kind: 'activation-object-deleted' };
});

/** A name with a further part that is named itself; a comma alone may stand in a common name. */
function isDistinguishedName(name: string): boolean {
  return /,\s*(?:cn|ou|dc)\s*=/i.test(name);
}

/** The object's own spelling of its relative name, since names compare without case. */
async function relativeNameOf(provider: LicensingProvider, distinguishedName: string): Promise<string> {
  const objects = await provider.directory.listActivationObjects();
  const wanted = distinguishedName.toLowerCase();
  const found = objects.find((object) => object.distinguishedName.toLowerCase() === wanted);
  const [relative = ''] = partsOf(found?.distinguishedName ?? distinguishedName);
  return relative.replace(/^cn\s*=\s*/i, 'CN=');
}
