import {
  attribute,
  child,
  childrenNamed,
  escapeForAnswer,
  parseXml,
  XmlError,
  XmlWork,
  type XmlElement,
} from '../../transports/winrm/soap/xml';
import { bareDigits } from './confirmation-id';
import { ProxyFileError } from './proxy-file';
import type { ProxyEntry, ProxyGrade, ProxyList } from './proxy-list';

/**
 * Computer information lists of the Volume Activation Management Tool (CIL, CILX), as its help describes them:
 * SoftwareLicensingData, Computers, Computer, Products, Product, Sku. docs/proxy-activation.md says what of it is proved.
 */

/** Whether a text is XML, and not a file of this program's or a table. */
export function isXmlText(content: string): boolean {
  return /^\uFEFF?\s*</.test(content);
}

const largestCil = 64_000_000;
/** Elements and attributes: a product has some thirty. */
const mostParts = 20_000_000;

/** A product in a CIL. What it does not say is null. */
interface CilProduct {
  readonly computer: XmlElement;
  readonly sku: XmlElement | undefined;
  readonly installationId: string | null;
  readonly confirmationId: string | null;
}

/**
 * Reads a CIL. IDs are found by their form, whatever their tags are called: 54 or 63 digits are an installation ID, 48 a
 * confirmation ID. A product without an installation ID waits for nothing and is left out.
 * @throws ProxyFileError for what is none, and for XML with a DTD, entities of its own, too much depth or too many parts
 */
export function readCil(content: string): ProxyList {
  const taken = new Set<string>();
  const entries = productsOf(content).flatMap(({ computer, sku, installationId, confirmationId }, at) => {
    if (installationId === null) return [];
    const said = attribute(computer, 'Id')?.toLowerCase() ?? '';
    const id = said === '' || taken.has(said) ? `${said}#${at + 1}` : said;
    taken.add(id);
    const entry: ProxyEntry = {
      id,
      installationId,
      confirmationId,
      product: attribute(sku, 'Id')?.toLowerCase() ?? '',
      productName: textOrNull(attribute(sku, 'Name')),
      applicationId: textOrNull(attribute(sku, 'ApplicationId')),
      channel: null,
      partialKey: null,
      system: textOrNull(attribute(computer, 'OSEdition')),
      build: textOrNull(attribute(computer, 'OSVersion')),
      machine: textOrNull(attribute(computer, 'Name')),
    };
    return [entry];
  });
  return { grade: entries.some(({ machine }) => machine !== null) ? 'full' : 'minimal', entries };
}

function productsOf(content: string): readonly CilProduct[] {
  const root = parsed(content);
  if (root.name !== 'SoftwareLicensingData') {
    throw new ProxyFileError('it is XML, and no computer information list (CIL) of VAMT');
  }
  return childrenNamed(child(root, 'Computers'), 'Computer').flatMap((computer) =>
    childrenNamed(child(computer, 'Products'), 'Product').map((product) => {
      const digits = valuesOf(product).map(bareDigits);
      return {
        computer,
        sku: child(product, 'Sku'),
        installationId: digits.find((value) => /^(?:\d{54}|\d{63})$/.test(value)) ?? null,
        confirmationId: digits.find((value) => /^\d{48}$/.test(value)) ?? null,
      };
    }),
  );
}

function parsed(content: string): XmlElement {
  if (content.length > largestCil) throw new ProxyFileError(`it has more than ${largestCil} characters`);
  try {
    return parseXml(content, new XmlWork(mostParts));
  } catch (error) {
    if (error instanceof XmlError) {
      throw new ProxyFileError(`it is no XML that is read here: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

/** Every attribute and text below an element, in their order. The reader bounds the depth. */
function valuesOf(element: XmlElement): readonly string[] {
  return [
    ...element.attributes.map(({ value }) => value),
    element.text,
    ...element.children.flatMap(valuesOf),
  ];
}

function textOrNull(text: string | undefined): string | null {
  return text === undefined || text.trim() === '' ? null : text.trim();
}

/** A list as a CIL: a computer for each product, under the product's id. No key is in it, not even a part of one. */
export function writeCil({ grade, entries }: ProxyList): string {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<SoftwareLicensingData Version="1.0">',
    '  <Computers>',
    ...entries.map((entry) => computerOf(entry, grade)),
    '  </Computers>',
    '</SoftwareLicensingData>',
    '',
  ].join('\n');
}

function computerOf(entry: ProxyEntry, grade: ProxyGrade): string {
  const name = grade === 'full' ? entry.machine : null;
  const system = grade === 'minimal' ? { OSVersion: null, OSEdition: null } : systemOf(entry);
  const computer = { Name: name, ...system, NetworkType: 'None', NetworkName: null, Id: entry.id };
  const sku = { Id: entry.product, Name: entry.productName, ApplicationId: entry.applicationId };
  return [
    `    <Computer${attributesText(computer)}>`,
    '      <MacAddresses />',
    '      <Products>',
    '        <Product>',
    `          <Sku${attributesText(sku)} />`,
    `          <InstallationId>${entry.installationId}</InstallationId>`,
    `          <ConfirmationId>${entry.confirmationId ?? ''}</ConfirmationId>`,
    '        </Product>',
    '      </Products>',
    '    </Computer>',
  ].join('\n');
}

function systemOf({ build, system }: ProxyEntry): Readonly<Record<string, string | null>> {
  return { OSVersion: build, OSEdition: system };
}

function attributesText(attributes: Readonly<Record<string, string | null>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeForAnswer(value ?? '')}"`)
    .join('');
}

const startOfProduct = /<(?:[\w.-]+:)?Product(?=[\s>/])/g;
/** An empty place for a confirmation ID: an element, or an attribute. */
const emptyElement = /<((?:[\w.-]+:)?\w*(?:ConfirmationId|Cid))((?:\s[^<>]*?)?)(?:\s*\/>|>\s*<\/\1\s*>)/i;
const emptyAttribute = /(\s\w*(?:ConfirmationId|Cid)\s*=\s*)(?:""|'')/i;
const saysNothing = /\s[\w.-]+:nil\s*=\s*(?:"[^"]*"|'[^']*')/;

/**
 * The text of a CIL with the confirmation IDs of a list put into their places; all else stays as it was, letter by letter.
 * @throws ProxyFileError where there is no place for one; what comes out is read again before it is given
 */
export function fillCil(content: string, { entries }: ProxyList): string {
  const before = readCil(content);
  const products = productsOf(content);
  const starts = [...content.matchAll(startOfProduct)].map(({ index }) => index);
  if (starts.length !== products.length) throw noPlace();
  let place = 0;
  const parts = products.map(({ installationId }, at) => {
    const part = content.slice(starts[at], starts[at + 1] ?? content.length);
    if (installationId === null) return part;
    const [was, is] = [before.entries[place], entries[place]];
    place += 1;
    const wanted = is?.confirmationId ?? null;
    return wanted === null || was?.confirmationId === wanted ? part : withConfirmation(part, wanted, was);
  });
  const filled = content.slice(0, starts[0] ?? content.length) + parts.join('');
  const after = readCil(filled).entries;
  const isAsMeant = entries.every(
    ({ id, installationId, confirmationId }, at) =>
      after[at]?.id === id &&
      after[at].installationId === installationId &&
      after[at].confirmationId === confirmationId,
  );
  if (!isAsMeant || after.length !== entries.length) throw noPlace();
  return filled;
}

function withConfirmation(part: string, confirmationId: string, was: ProxyEntry | undefined): string {
  if (was !== undefined && was.confirmationId !== null) {
    // Where it stands as it is read, it is replaced; otherwise what comes out is refused.
    return part.replace(was.confirmationId, confirmationId);
  }
  const element = emptyElement.exec(part);
  if (element !== null) {
    const [whole, name = '', attributes = ''] = element;
    const filled = `<${name}${attributes.replace(saysNothing, '').trimEnd()}>${confirmationId}</${name}>`;
    return part.slice(0, element.index) + filled + part.slice(element.index + whole.length);
  }
  if (!emptyAttribute.test(part)) throw noPlace();
  return part.replace(emptyAttribute, (_whole, head: string) => `${head}"${confirmationId}"`);
}

function noPlace(): ProxyFileError {
  return new ProxyFileError(
    'it has no place for a confirmation ID that is known here: VAMT itself has to fill it',
  );
}
