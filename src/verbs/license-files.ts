import type { LicensingProvider } from '../licensing/provider';
import type { VerbContext, VerbResults } from './context';
import { callService, readService, type Service } from './machine';

/** /ilc: installs a licence file. */
export async function* installLicense({ provider }: VerbContext, args: readonly string[]): VerbResults {
  const [path = ''] = args;
  await installFile(provider, await readService(provider), path);
  yield { kind: 'license-file-installed', path };
}

/** /rilc: installs the system's own licence files again. */
export async function* reinstallLicenses({ provider }: VerbContext): VerbResults {
  yield { kind: 'reinstalling-license-files' };
  const service = await readService(provider);
  for (const path of await provider.files.systemLicenseFiles()) {
    if (!path.toLowerCase().endsWith('.xrm-ms')) continue;
    await installFile(provider, service, path);
    yield { kind: 'license-file-installed', path };
  }
  yield { kind: 'license-files-reinstalled' };
}

async function installFile(provider: LicensingProvider, service: Service, path: string): Promise<void> {
  const text = await provider.files.read(path);
  await callService(provider, service, 'InstallLicense', { License: text });
}
