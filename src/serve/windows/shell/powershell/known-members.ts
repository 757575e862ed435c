import {
  methodsOfClass,
  productProperties,
  serviceProperties,
  tokenLicenseProperties,
} from '../../../../licensing/cim-classes';
import { systemProperties } from '../../wsman/system-classes';
import { methodNames } from './members';

/** Members of values beside those of WMI's classes, in lower case. */
const others =
  `count sum average maximum minimum property length line linenumber pattern name servicename displayname status starttype machinename keys values key value
  exception message hresult innerexception pscomputername returnvalue __genus __class __superclass __dynasty __relpath
  __property_count __derivation __server __namespace __path path pspath pschildname psparentpath psprovider psdrive`.split(
    /\s+/,
  );

const lower = (names: readonly string[]): readonly string[] => names.map((name) => name.toLowerCase());

const outputs = ['grants', 'challenge', 'installationid', 'assignedgrants'];

const members: ReadonlySet<string> = new Set([
  ...others,
  ...outputs,
  ...[productProperties, serviceProperties, tokenLicenseProperties, systemProperties].flatMap(lower),
]);

const methods: ReadonlySet<string> = new Set([
  ...methodNames,
  ...Object.values(methodsOfClass).flatMap((each) => lower(Object.keys(each))),
]);

/** Whether some value of a simulated machine has a member of that name; what it does not have is nothing. */
export function isKnownMember(name: string): boolean {
  return members.has(name.toLowerCase());
}

/** Whether some value of a simulated machine has a method of that name. */
export function isKnownMethod(name: string): boolean {
  return methods.has(name.toLowerCase());
}
