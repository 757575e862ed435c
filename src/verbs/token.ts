import { parseDmtf } from '../licensing/dmtf';
import { addonOf, isWindows } from '../licensing/facts';
import { hresult } from '../licensing/hresult';
import { LicensingError, type Instance, type LicensingProvider } from '../licensing/provider';
import { numberOf, textOf } from '../licensing/values';
import { activating, activationEnded, outcomeProperties } from './activation';
import { wholeNumber } from './arguments';
import type { VerbContext, VerbResults } from './context';
import {
  callProduct,
  readAgain,
  readProducts,
  readService,
  refreshLicenseStatus,
  type Product,
} from './machine';
import type { TokenLicense, VerbResult } from './results';

const keyNotInstalled = hresult(0xc004f014);
const invalidArgument = hresult(0x80070057);

/** /lil: lists the installed token issuance licences. */
export async function* listTokenLicenses({ provider }: VerbContext): VerbResults {
  const licenses = await provider.query({
    class: 'SoftwareLicensingTokenActivationLicense',
    select: ['ID', 'ILID', 'ILVID', 'ExpirationDate', 'AdditionalInfo', 'AuthorizationStatus', 'Description'],
    filter: { kind: 'all' },
  });
  yield { kind: 'token-licenses', licenses: licenses.map(tokenLicenseOf) };
}

/** /ril: removes the token issuance licences of an ID (written as the machine writes it) and version. */
export async function* removeTokenLicenses({ provider }: VerbContext, args: readonly string[]): VerbResults {
  const [ilid = '', version = ''] = args;
  const ilvid = wholeNumber(version);
  yield { kind: 'removing-token-licenses' };
  const licenses = await provider.query({
    class: 'SoftwareLicensingTokenActivationLicense',
    select: ['ID', 'ILID', 'ILVID'],
    filter: { kind: 'all' },
  });
  let removed = false;
  for (const license of licenses) {
    if (textOf(license.ILID) !== ilid || numberOf(license.ILVID) !== ilvid) continue;
    const id = textOf(license.ID);
    await provider.invoke({
      class: 'SoftwareLicensingTokenActivationLicense',
      key: id,
      method: 'Uninstall',
      args: {},
    });
    removed = true;
    yield { kind: 'token-license-removed', id };
  }
  if (!removed) yield { kind: 'no-token-licenses-removed' };
}

/** /ltc: lists the certificates with which Windows could be activated. */
export async function* listCertificates({ provider }: VerbContext): VerbResults {
  const product = yield* findProduct(provider);
  const { Grants: grants } = await callProduct(provider, product, 'GetTokenActivationGrants');
  for (const certificate of await provider.signer.certificates(grantsOf(grants))) {
    yield { kind: 'certificate', certificate };
  }
}

/** /fta: activates Windows with the token that a thumbprint names. */
export async function* activateByToken({ provider }: VerbContext, args: readonly string[]): VerbResults {
  const [thumbprint = '', pin = ''] = args;
  const service = await readService(provider);
  const product = yield* findProduct(provider);
  yield activating(product);
  const { Challenge: challenge } = await callProduct(provider, product, 'GenerateTokenActivationChallenge');
  const { signature, chain } = await provider.signer.sign(textOf(challenge), thumbprint, pin);
  await callProduct(provider, product, 'DepositTokenActivationResponse', {
    Challenge: textOf(challenge),
    Response: signature,
    CertChain: chain,
  });
  await refreshLicenseStatus(provider, service);
  yield activationEnded(await readAgain(provider, product, outcomeProperties), 'token');
}

/** The one Windows product with a key: token activation has no choice among several. */
async function* findProduct(provider: LicensingProvider): AsyncGenerator<VerbResult, Product, undefined> {
  const all = await readProducts(provider, { kind: 'has-product-key' }, outcomeProperties);
  const [product, ...others] = all.filter((one) => isWindows(one) && addonOf(one) !== true);
  if (product === undefined) {
    yield { kind: 'product-key-not-found' };
    throw new LicensingError(keyNotInstalled, 'No product key of Windows is installed.');
  }
  if (others.length > 0) {
    throw new LicensingError(
      invalidArgument,
      'Several product keys of Windows are installed; token activation takes one.',
    );
  }
  return product;
}

function grantsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function tokenLicenseOf(license: Instance<'SoftwareLicensingTokenActivationLicense'>): TokenLicense {
  const status = numberOf(license.AuthorizationStatus) ?? 0;
  return {
    id: textOf(license.ID),
    ilid: textOf(license.ILID),
    ilvid: numberOf(license.ILVID),
    validTo: parseDmtf(textOf(license.ExpirationDate)),
    additionalInformation: textOf(license.AdditionalInfo),
    description: textOf(license.Description),
    authorizationError: status === 0 ? null : hresult(status),
  };
}
