import type { LicenseFilesPort } from '../../licensing/provider';
import type { Catalogue, Edition } from '../../licensing/catalogue/types';
import { read, type MachineAccess } from './access';

const skusFolder = String.raw`C:\Windows\system32\spp\tokens\skus`;

/** A licence of no more than its frame: the system's own licences are installed already. */
const systemLicense =
  '<?xml version="1.0" encoding="utf-8"?>\n<r:license xmlns:r="urn:mpeg:mpeg21:2003:01-REL-R-NS"></r:license>\n';

/**
 * Licence files: those of the simulated system folder, one for each licence of an installed edition, and files of
 * this computer by their path.
 */
export function simulatedLicenseFiles(
  access: MachineAccess,
  readFile: (path: string) => Promise<string>,
): LicenseFilesPort {
  const systemFiles = (): readonly string[] =>
    read(access, (_reader, { state }) => {
      const { catalogue } = access.laboratory;
      return state.editions.flatMap((id) => filesOf(catalogue, catalogue.edition(id)));
    });
  return {
    read: async (path) => (systemFiles().includes(path) ? systemLicense : readFile(path)),
    systemLicenseFiles: async () => Promise.resolve(systemFiles()),
  };
}

function filesOf(catalogue: Catalogue, edition: Edition): readonly string[] {
  return catalogue
    .skusOf(edition)
    .map(({ productKeyChannel }) => productKeyChannel.replaceAll(':', '-'))
    .map(
      (channel) =>
        `${skusFolder}\\${edition.editionName}\\${edition.editionName}-${channel}-ul-phn-rtm.xrm-ms`,
    );
}
