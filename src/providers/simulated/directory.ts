import { hresult } from '../../licensing/hresult';
import { LicensingError, type DirectoryPort } from '../../licensing/provider';
import { activationObjectsContainer, configurationContext } from '../../lab/model/directory';
import { modelError } from '../../lab/model/errors';
import { isElevated, read, type MachineAccess } from './access';

/** LDAP_NO_SUCH_OBJECT */
const noSuchObject = hresult(0x80072030);

/** The Active Directory of the machine's domain; 0x8007054B for a machine of a workgroup. */
export function simulatedDirectory(access: MachineAccess): DirectoryPort {
  const { store } = access.laboratory;
  const domainOf = (): string => {
    const domain = read(access, (_reader, { state }) => state.domain);
    if (domain !== null) return domain;
    throw new LicensingError(modelError.noSuchDomain, `${access.machine} is a member of no domain.`);
  };
  return {
    configurationNamingContext: async () => Promise.resolve(configurationContext(domainOf())),
    supportsActivationObjects: async () => Promise.resolve(domainOf() !== ''),
    listActivationObjects: async () => {
      const domain = domainOf();
      return Promise.resolve(store.read((reader) => reader.activationObjects(domain)));
    },
    getObject: async (distinguishedName) => {
      const domain = domainOf();
      const wanted = distinguishedName.toLowerCase();
      const objects = store.read((reader) => reader.activationObjects(domain));
      if (objects.some((object) => object.distinguishedName.toLowerCase() === wanted))
        return Promise.resolve();
      throw new LicensingError(noSuchObject, `There is no object ${distinguishedName}.`);
    },
    deleteActivationObject: async (relativeName) => {
      const domain = domainOf();
      if (!read(access, (reader, stored) => isElevated(access, reader, stored))) {
        throw new LicensingError(modelError.accessDenied, 'A standard user may not change the directory.');
      }
      const distinguishedName = `${relativeName},${activationObjectsContainer(domain)}`;
      if (store.write((writer) => writer.removeActivationObject(domain, distinguishedName)))
        return Promise.resolve();
      throw new LicensingError(noSuchObject, `There is no object ${distinguishedName}.`);
    },
  };
}
