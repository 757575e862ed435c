import { ns, wmiUri } from '../../../transports/winrm/soap/names';
import { escapeForAnswer } from '../../../transports/winrm/soap/xml';
import { type CimValue } from '../../../licensing/provider';

const dmtf = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.(\d{6})([+-]\d{3})$/;

/** DMTF text as the ISO date that WS-Management carries, or null where the text is no date. */
export function isoDate(text: string): string | null {
  if (!dmtf.test(text)) {
    return null;
  }
  const local = text.replace(dmtf, '$1-$2-$3T$4:$5:$6.$7').replace(/\.0+$/, '');
  const minutes = Math.abs(Number(text.slice(-3)));
  return minutes === 0
    ? `${local}Z`
    : `${local}${text.slice(-4, -3)}${twoDigits(minutes / 60)}:${twoDigits(minutes % 60)}`;
}

function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, '0');
}

/** One class instance, `p:CLASS` with its properties in alphabetical order, as Windows writes `SELECT *`. */
export function renderInstance(
  className: string,
  row: Readonly<Record<string, CimValue>>,
  uri = wmiUri('root/cimv2', className),
): string {
  const properties = Object.keys(row)
    .sort((one, other) => one.localeCompare(other, 'en'))
    .map((name) => renderProperty('p:', name, row[name] ?? null))
    .join('');
  return `<p:${className} xmlns:p="${uri}" xsi:type="p:${className}_Type">${properties}</p:${className}>`;
}

/** One row of a projection, `w:XmlFragment` with its properties without a namespace. */
export function renderFragment(row: Readonly<Record<string, CimValue>>): string {
  const properties = Object.entries(row)
    .map(([name, value]) => renderProperty('', name, value))
    .join('');
  return `<w:XmlFragment>${properties}</w:XmlFragment>`;
}

/** Reference to an instance by its key. The selectors carry their namespace: some clients copy them as they stand. */
export function renderReference(
  className: string,
  key: { readonly name: string; readonly value: string },
  uri = wmiUri('root/cimv2', className),
): string {
  return (
    `<a:EndpointReference><a:Address>${ns.addressing}/role/anonymous</a:Address><a:ReferenceParameters>` +
    `<w:ResourceURI>${uri}</w:ResourceURI><w:SelectorSet xmlns:w="${ns.wsman}">` +
    `<w:Selector Name="__cimnamespace">root/cimv2</w:Selector>` +
    `<w:Selector Name="${escapeForAnswer(key.name)}">${escapeForAnswer(key.value)}</w:Selector>` +
    `</w:SelectorSet></a:ReferenceParameters></a:EndpointReference>`
  );
}

/** Output of a method. */
export function renderOutput(
  resourceUri: string,
  method: string,
  out: Readonly<Record<string, CimValue>>,
): string {
  const values = Object.entries(out)
    .map(([name, value]) => renderProperty('p:', name, value))
    .join('');
  return `<p:${method}_OUTPUT xmlns:p="${escapeForAnswer(resourceUri)}">${values}</p:${method}_OUTPUT>`;
}

function renderProperty(prefix: string, name: string, value: CimValue): string {
  if (value === null) {
    return `<${prefix}${name} xsi:nil="true"/>`;
  }
  if (typeof value === 'object') {
    return value.map((item) => renderProperty(prefix, name, item)).join('');
  }
  const date = typeof value === 'string' ? isoDate(value) : null;
  const content =
    date === null
      ? escapeForAnswer(wireText(value))
      : prefix === ''
        ? `<Datetime>${date}</Datetime>`
        : `<cim:Datetime>${date}</cim:Datetime>`;
  return `<${prefix}${name}>${content}</${prefix}${name}>`;
}

/** WMI gives 32-bit numbers unsigned over this wire. */
function wireText(value: string | number | boolean): string {
  return typeof value === 'number' && value < 0 ? String(value >>> 0) : String(value);
}
