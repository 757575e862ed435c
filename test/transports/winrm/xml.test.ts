import fc from 'fast-check';
import { attribute, child, escapeXml, parseXml, XmlError } from '../../../src/transports/winrm/soap/xml';

describe('reading', () => {
  test('namespaces are resolved whatever the prefixes are', () => {
    const root = parseXml(
      `<?xml version="1.0"?>\r\n<s:E xmlns:s="urn:soap" xmlns="urn:d"><Body xmlns:p='urn:p' p:n="1" m="2"><p:X/></Body></s:E>`,
    );
    expect(root).toMatchObject({ namespace: 'urn:soap', name: 'E' });
    const body = child(root, 'Body');
    expect(body).toMatchObject({
      namespace: 'urn:d',
      attributes: [
        { namespace: 'urn:p', name: 'n', value: '1' },
        { namespace: '', name: 'm', value: '2' },
      ],
    });
    expect(child(root, 'Body', 'X')?.namespace).toBe('urn:p');
    expect(attribute(body, 'm')).toBe('2');
  });

  test('text keeps digits, spaces, entities and CDATA as they are', () => {
    expect(parseXml('<a>041862765092184360214783901476250983476109384761098347</a>').text).toBe(
      '041862765092184360214783901476250983476109384761098347',
    );
    expect(parseXml('<a>  a&#x20AC;&#13;&lt;<![CDATA[<b>&amp;]]> </a>').text).toBe('  a€\r<<b>&amp; ');
  });

  test.each([
    ['not well-formed', '<a><b></a>'],
    ['an HTML page', '<!DOCTYPE html><html><br></html>'],
    ['a DTD', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['an unknown entity', '<a>&nbsp;</a>'],
    ['an unbound prefix', '<x:a/>'],
    ['text behind the root', '<a/>x'],
    ['two roots', '<a/><b/>'],
    ['an open attribute', '<a b="1/>'],
    ['attributes that touch', '<a b="1"c="2"/>'],
    ['nothing', ''],
    ['a bomb of depth', '<a>'.repeat(5000)],
    ['a reference outside Unicode', '<a>&#x110000;</a>'],
  ])('%s is refused', (_name, source) => {
    expect(() => parseXml(source)).toThrow(XmlError);
  });

  test('what was escaped reads back the same', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((value) => {
      try {
        escapeXml(value);
        return true;
      } catch {
        return false;
      }
    });
    fc.assert(
      fc.property(text, text, (value, content) => {
        const root = parseXml(`<a b="${escapeXml(value)}">${escapeXml(content)}</a>`);
        expect([attribute(root, 'b'), root.text]).toEqual([value, content]);
      }),
    );
  });

  test('arbitrary bytes give a document or an XmlError, nothing else', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '/',
      'a',
      ':',
      '"',
      "'",
      '&',
      ';',
      '#',
      'x',
      '=',
      ' ',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '?',
      'xmlns',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        try {
          parseXml(parts.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(XmlError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
