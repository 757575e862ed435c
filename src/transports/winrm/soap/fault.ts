import { attribute, child, childrenNamed, type XmlElement } from './xml';

/** What a SOAP fault says. `code` is the innermost number that Windows gave, unsigned, or null where there is none. */
export interface SoapFault {
  readonly kind: 'wsman' | 'wmi' | 'soap';
  readonly code: number | null;
  /** Local name of the SOAP subcode, for example AccessDenied, TimedOut, InvalidSelectors. */
  readonly subcode: string;
  readonly text: string;
}

/** Reads the fault of a body, or null where the body has none. */
export function readFault(body: XmlElement | undefined): SoapFault | null {
  const fault = child(body, 'Fault');
  if (fault === undefined) {
    return null;
  }
  const subcode = textOf(fault, 'Code', 'Subcode', 'Value').replace(/^.*:/, '');
  const reason = textOf(fault, 'Reason', 'Text');
  const detail = child(fault, 'Detail');
  const wmi = child(detail, 'MSFT_WmiError');
  if (wmi !== undefined) {
    return { kind: 'wmi', code: wmiCode(wmi), subcode, text: textOf(wmi, 'Message') || reason };
  }
  const wsman = innermost(child(detail, 'WSManFault'));
  if (wsman !== undefined) {
    const code = unsigned(attribute(wsman, 'Code'));
    return { kind: 'wsman', code, subcode, text: textOf(wsman, 'Message') || reason };
  }
  return { kind: 'soap', code: null, subcode, text: reason };
}

function textOf(element: XmlElement, ...path: readonly string[]): string {
  return (child(element, ...path)?.text ?? '').trim();
}

/** The provider's own fault stands inside WinRM's. */
function innermost(fault: XmlElement | undefined): XmlElement | undefined {
  let current = fault;
  for (;;) {
    const message = child(current, 'Message');
    const inner = childrenNamed(message, 'ProviderFault')
      .flatMap((provider) => childrenNamed(provider, 'WSManFault'))
      .at(0);
    if (inner === undefined) {
      return current;
    }
    current = inner;
  }
}

function wmiCode(error: XmlElement): number | null {
  const code = unsigned(child(error, 'error_Code')?.text);
  if (code !== null && code !== 0) {
    return code;
  }
  const match = /HRESULT 0x([0-9a-f]{8})/i.exec(child(error, 'MessageID')?.text ?? '');
  return match?.[1] === undefined ? null : Number.parseInt(match[1], 16);
}

function unsigned(text: string | undefined): number | null {
  if (text === undefined || !/^-?\d{1,10}$/.test(text.trim())) return null;
  const number = Number(text);
  return number >= -0x8000_0000 && number <= 0xffff_ffff ? number >>> 0 : null;
}
