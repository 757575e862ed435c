import type { ClassName, MethodOfClass, PropertiesOfClass } from './cim-classes';
import type { Hresult } from './hresult';

/** A property value as CIM carries it. Dates are DMTF text, unsigned numbers may arrive as signed 32 bits. */
export type CimValue = string | number | boolean | null | readonly string[];

/** One instance: the chosen properties by name. A property that the machine's build lacks is absent. */
export type Instance<C extends ClassName> = Readonly<Partial<Record<PropertiesOfClass[C], CimValue>>>;

/** What the instances of a query must fulfil. IDs compare without case and may be any text that a user typed. */
export type InstanceFilter =
  | { readonly kind: 'all' }
  | { readonly kind: 'has-product-key' }
  | { readonly kind: 'id'; readonly id: string };

/** A read of one class with a projection, in the machine's enumeration order. */
export interface InstanceQuery<C extends ClassName> {
  readonly class: C;
  readonly select: readonly PropertiesOfClass[C][];
  readonly filter: InstanceFilter;
}

/** A method call on the one service instance, on a product or on a token licence; arguments by parameter name. */
export type MethodCall = {
  [C in ClassName]: {
    readonly class: C;
    /** Value of the class's key property: the service's Version, the product's or the licence's ID. */
    readonly key: string;
    readonly method: MethodOfClass<C>;
    readonly args: Readonly<Record<string, string | number | boolean>>;
  };
}[ClassName];

/** Out parameters of a successful call, by name (Grants, Challenge, InstallationID). */
export type MethodOutput = Readonly<Record<string, CimValue>>;

/** Registry values below HKEY_LOCAL_MACHINE, with StdRegProv's Win32 return codes (0 is success). */
export interface RegistryPort {
  /** 0 when the key exists and may be read, 2 when it does not exist, 5 when access is denied. */
  checkAccess(key: string): Promise<number>;
  setString(key: string, value: string, data: string): Promise<number>;
  getString(key: string, value: string): Promise<{ readonly code: number; readonly data: string | null }>;
  deleteValue(key: string, value: string): Promise<number>;
}

/** An Active Directory activation object (class msSPP-ActivationObject). */
export interface ActivationObject {
  readonly displayName: string | null;
  readonly distinguishedName: string;
  readonly csvlkSkuId: string | null;
  readonly csvlkPid: string | null;
  readonly csvlkPartialProductKey: string | null;
}

/** The Active Directory of the machine's domain, as the AD verbs use it. */
export interface DirectoryPort {
  /** The forest's naming context "CN=Configuration,DC=…" */
  configurationNamingContext(): Promise<string>;
  /** False where the forest's schema has no container for activation objects. */
  supportsActivationObjects(): Promise<boolean>;
  listActivationObjects(): Promise<readonly ActivationObject[]>;
  /** Binds to an object by DN; throws a {@link LicensingError} with 0x80072030 where there is none. */
  getObject(distinguishedName: string): Promise<void>;
  /** Deletes "CN=name" below the container. */
  deleteActivationObject(relativeName: string): Promise<void>;
}

/** A certificate that token activation may use. Times are local, `YYYY-MM-DD HH:MM:SS`. */
export interface TokenCertificate {
  readonly thumbprint: string;
  readonly subject: string;
  readonly issuer: string;
  readonly validFrom: string;
  readonly validTo: string;
}

/** The token signer of the machine (SPPWMI.TokenActivationSigner on Windows). */
export interface TokenSignerPort {
  certificates(grants: readonly string[]): Promise<readonly TokenCertificate[]>;
  sign(
    challenge: string,
    thumbprint: string,
    pin: string,
  ): Promise<{ readonly signature: string; readonly chain: string }>;
}

/** Licence files (.xrm-ms) for /ilc and /rilc. */
export interface LicenseFilesPort {
  /** Text of a licence file; a {@link LicensingError} where it cannot be read. */
  read(path: string): Promise<string>;
  /** Paths of the installed system licence files in the order of the folders' enumeration. */
  systemLicenseFiles(): Promise<readonly string[]>;
}

/** Where the answers come from; renderers and JSON name it. */
export interface ProviderDescription {
  readonly kind: 'simulated' | 'snapshot' | 'windows' | 'double';
  readonly machine: string;
}

/**
 * One machine's licensing, in the shape of the classes that Windows offers: read instances with chosen properties,
 * call a method, get a typed error with its HRESULT. One verb implementation serves every provider.
 */
export interface LicensingProvider {
  readonly description: ProviderDescription;
  /** A sentence why changing verbs are refused; absent where they are not. */
  readonly refusesChanges?: string;
  /** The machine's own time where it has one of its own (a snapshot, the lab); otherwise the caller's. Epoch ms. */
  now(): Promise<number>;
  query<C extends ClassName>(query: InstanceQuery<C>): Promise<readonly Instance<C>[]>;
  invoke(call: MethodCall): Promise<MethodOutput>;
  readonly registry: RegistryPort;
  readonly directory: DirectoryPort;
  readonly signer: TokenSignerPort;
  readonly files: LicenseFilesPort;
  /**
   * Runs a verb so that its changes cost few round trips; for a machine that is far away. `start` may be called more
   * than once and has to be a function of the provider's answers alone; each result is given once.
   */
  gather?<R>(start: (provider: LicensingProvider) => AsyncIterable<R>): AsyncGenerator<R, void, undefined>;
  close(): Promise<void>;
}

/** A failure of the licensing service, of the registry or of the connection, with its error number. */
export class LicensingError extends Error {
  readonly hresult: Hresult;

  constructor(code: Hresult, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LicensingError';
    this.hresult = code;
  }
}

/** True for a {@link LicensingError} of any copy of this module (bundles carry their own). */
export function isLicensingError(error: unknown): error is LicensingError {
  return error instanceof Error && error.name === 'LicensingError' && 'hresult' in error;
}
