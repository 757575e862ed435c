import type { Hresult } from '../../licensing/hresult';
import { generationFacts, windows7Era } from '../../licensing/catalogue/generations';
import { labNamespaces } from '../../licensing/catalogue/namespaces';
import { uuid5 } from '../../licensing/catalogue/uuid5';
import { minuteMs, type ModelContext } from './context';
import { modelError } from './errors';
import { digestBits, encodeBase32 } from './keys';
import { licensed } from './license';
import { replaceProduct } from './machine';
import { failed, succeeded, type Outcome } from './outcome';
import type { MachineState, ProductState, TokenCertificateState, TokenLicense } from './state';

/**
 * Token-based activation (K15.3): an issuance licence on the machine says which certificates may activate, a
 * certificate answers the service's challenge. Licence files and signatures are the lab's own.
 */

const licenseElement = /<slmgr-lab:token-issuance\b([^>]*)\/>/;
/** A challenge is good for so long. Minutes. */
const challengeMinutes = 15;

/** What a token issuance licence of the lab says. */
export interface IssuanceLicense {
  readonly ilid: string;
  readonly ilvid: number;
  readonly expiresAt: number | null;
  readonly description: string;
  readonly additionalInfo: string;
  /** Thumbprints of issuers whose certificates may activate. */
  readonly grants: readonly string[];
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function unescaped(text: string): string {
  return text
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

/** Text of a licence file (.xrm-ms) with a token issuance licence of the lab, for /ilc. */
export function issuanceLicenseText(license: IssuanceLicense): string {
  const attributes = {
    ilid: license.ilid,
    ilvid: String(license.ilvid),
    expires: license.expiresAt === null ? '' : new Date(license.expiresAt).toISOString(),
    description: license.description,
    info: license.additionalInfo,
    grants: license.grants.join(' '),
  };
  const written = Object.entries(attributes).map(([name, value]) => `${name}="${escaped(value)}"`);
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<r:license xmlns:r="urn:mpeg:mpeg21:2003:01-REL-R-NS" xmlns:slmgr-lab="urn:slmgr:lab">',
    `<slmgr-lab:token-issuance ${written.join(' ')}/>`,
    '</r:license>',
    '',
  ].join('\n');
}

function attributesOf(body: string): (name: string) => string {
  const values = new Map(
    Array.from(body.matchAll(/([a-z]+)="([^"]*)"/g), ([, name = '', value = '']) => [name, unescaped(value)]),
  );
  return (name) => values.get(name) ?? '';
}

/** Reads a licence file: null where it is no licence, `other` where it is one of another kind. */
function readLicense(text: string): IssuanceLicense | 'other' | null {
  if (!/<(?:\w+:)?license(?:Group)?\b/i.test(text)) return null;
  const body = licenseElement.exec(text)?.[1];
  if (body === undefined) return 'other';
  const attribute = attributesOf(body);
  const ilvid = Number(attribute('ilvid'));
  const expiresAt = attribute('expires') === '' ? null : Date.parse(attribute('expires'));
  const isSound = /^[0-9a-f-]{36}$/i.test(attribute('ilid')) && Number.isInteger(ilvid);
  if (!isSound || Number.isNaN(expiresAt)) return null;
  return {
    ilid: attribute('ilid').toLowerCase(),
    ilvid,
    expiresAt,
    description: attribute('description'),
    additionalInfo: attribute('info'),
    grants: attribute('grants')
      .split(' ')
      .filter((grant) => grant !== ''),
  };
}

/** InstallLicense: a token issuance licence joins the machine's; other licences are taken and change nothing here. */
export function installLicense(machine: MachineState, text: string): Outcome {
  const read = readLicense(text);
  if (read === null) return failed(machine, modelError.invalidLicense);
  if (read === 'other') return succeeded(machine);
  const license: TokenLicense = {
    ...read,
    id: uuid5(labNamespaces['token-license'], `${read.ilid}|${String(read.ilvid)}`),
    authorizationStatus: 0,
  };
  const others = machine.tokenLicenses.filter(({ id }) => id !== license.id);
  return succeeded({ ...machine, tokenLicenses: [...others, license] });
}

/** Uninstalls a token issuance licence (/ril). */
export function uninstallTokenLicense(machine: MachineState, id: string): Outcome {
  const left = machine.tokenLicenses.filter((license) => license.id !== id.toLowerCase());
  if (left.length === machine.tokenLicenses.length) return failed(machine, modelError.licenseNotInstalled);
  return succeeded({ ...machine, tokenLicenses: left });
}

function usable(machine: MachineState, now: number): readonly TokenLicense[] {
  return machine.tokenLicenses.filter(
    ({ authorizationStatus, expiresAt }) =>
      authorizationStatus === 0 && (expiresAt === null || expiresAt > now),
  );
}

/** GetTokenActivationGrants: what the machine's issuance licences grant; 0xC004F304 without one. */
export function tokenGrants(machine: MachineState, now: number): Outcome {
  if (generationFacts(machine.generation).era < windows7Era) return failed(machine, modelError.notSupported);
  const licenses = usable(machine, now);
  if (licenses.length === 0) return failed(machine, modelError.tokenGrantNotFound);
  return succeeded(machine, { output: { Grants: licenses.flatMap(({ grants }) => grants) } });
}

function print(text: string): string {
  return encodeBase32(digestBits(`urn:slmgr:lab:token:${text}`, 100), 20);
}

/** GenerateTokenActivationChallenge: names product, machine and time, with a print of them. */
export function tokenChallenge(machine: MachineState, product: ProductState, now: number): Outcome {
  if (usable(machine, now).length === 0) return failed(machine, modelError.tokenGrantNotFound);
  const body = `${product.activationId}|${machine.cmid}|${String(now)}`;
  return succeeded(machine, { output: { Challenge: `${body}|${print(body)}` } });
}

/** Certificates of the machine that its grants accept: issued by one of them, and valid. */
export function tokenCertificates(
  machine: MachineState,
  grants: readonly string[],
  now: number,
): readonly TokenCertificateState[] {
  return machine.certificates.filter(
    ({ issuer, validFrom, validTo }) => grants.includes(issuer) && validFrom <= now && now < validTo,
  );
}

/** The signature of a challenge by a certificate of the machine; the error where it cannot sign. */
export function signChallenge(
  machine: MachineState,
  challenge: string,
  thumbprint: string,
  pin: string,
): { readonly signature: string; readonly chain: string } | Hresult {
  const wanted = thumbprint.toLowerCase();
  const certificate = machine.certificates.find((each) => each.thumbprint.toLowerCase() === wanted);
  if (certificate === undefined) return modelError.tokenCertificateNotFound;
  if (certificate.pin !== null && certificate.pin !== pin) return modelError.smartCardWrongPin;
  return { signature: print(`${challenge}|${certificate.thumbprint}`), chain: certificate.thumbprint };
}

function challengeFault(
  machine: MachineState,
  product: ProductState,
  challenge: string,
  now: number,
): Hresult | 0 {
  const [activationId = '', cmid = '', at = '', seal = ''] = challenge.split('|');
  if (seal !== print(`${activationId}|${cmid}|${at}`)) return modelError.tokenInvalidBlob;
  if (activationId !== product.activationId || cmid !== machine.cmid)
    return modelError.tokenChallengeMismatch;
  return now - Number(at) > challengeMinutes * minuteMs ? modelError.tokenChallengeExpired : 0;
}

/** DepositTokenActivationResponse: licensed for as long as the issuance licence lasts. */
export function depositTokenResponse(
  machine: MachineState,
  product: ProductState,
  typed: { readonly challenge: string; readonly response: string; readonly chain: string },
  context: ModelContext,
): Outcome {
  const { now } = context;
  const fault = challengeFault(machine, product, typed.challenge, now);
  if (fault !== 0) return failed(machine, fault);
  const license = usable(machine, now).find(({ grants }) =>
    tokenCertificates(machine, grants, now).some(({ thumbprint }) => thumbprint === typed.chain),
  );
  if (license === undefined) return failed(machine, modelError.tokenInvalidCertificate);
  if (typed.response !== print(`${typed.challenge}|${typed.chain}`))
    return failed(machine, modelError.tokenInvalidBlob);
  const minutes = license.expiresAt === null ? null : Math.floor((license.expiresAt - now) / minuteMs);
  return succeeded(
    replaceProduct(machine, {
      ...product,
      license: licensed('token', now, minutes),
      boundHardware: machine.hardware,
      activationType: 3,
      ad: null,
      token: {
        ilid: license.ilid,
        ilvid: license.ilvid,
        grantNumber: 1,
        thumbprint: typed.chain,
        additionalInfo: license.additionalInfo,
      },
      timer: null,
      pausedGraceMinutes: null,
    }),
  );
}
