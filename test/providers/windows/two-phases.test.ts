import { SelectLists } from '../../../src/providers/windows/wsman/select-lists';
import { performDirect } from '../../../src/providers/windows/wsman/operations';
import { licensingScript } from '../../../src/providers/windows/bridge/licensing-script';
import { WsmanClient } from '../../../src/transports/winrm/wsman/client';
import { plainService } from '../../protocol/remote-client';

const id = 'ef6cfc9f-8c5d-44ac-9aad-de6a2ea0ae03';

describe('products are read as slmgr reads them', () => {
  /** The WQL that a read sends, and what comes of it. */
  async function read(
    select: readonly string[],
    filter: { readonly kind: 'all' } | { readonly kind: 'has-product-key' },
  ): Promise<{ readonly queries: readonly string[]; readonly rows: unknown }> {
    const service = plainService();
    const queries: string[] = [];
    const client = new WsmanClient(
      {
        post: (envelope) => {
          const wql = /<w:Filter[^>]*>([^<]*)</.exec(envelope)?.[1];
          const plain = wql?.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
          if (plain !== undefined) queries.push(plain);
          return service.handle(envelope);
        },
        close: () => undefined,
      },
      {
        url: 'http://kms01:5985/wsman',
        operationTimeoutSeconds: 60,
        maxEnvelopeSize: 153_600,
        newGuid: () => 'A',
      },
    );
    const rows = await performDirect(
      client,
      {
        op: 'query',
        class: 'SoftwareLicensingProduct',
        select,
        filter,
      },
      new SelectLists(),
    );
    return { queries, rows };
  }

  test('which ones are meant first, then what is computed of those alone', async () => {
    const { queries, rows } = await read(['ID', 'Name', 'LicenseStatus'], { kind: 'has-product-key' });
    expect(queries).toEqual([
      'SELECT ID FROM SoftwareLicensingProduct WHERE PartialProductKey <> null',
      `SELECT ID, Name, LicenseStatus FROM SoftwareLicensingProduct WHERE ID = '${id}'`,
    ]);
    expect(rows).toEqual([
      { ID: id, Name: 'Windows(R), ServerDatacenter edition', LicenseStatus: expect.anything() as unknown },
    ]);
  });

  test.each([
    [['ID', 'Name', 'PartialProductKey'], { kind: 'has-product-key' } as const],
    [['ID', 'LicenseStatus'], { kind: 'all' } as const],
  ])('%j of %j is one query', async (select, filter) => {
    expect((await read(select, filter)).queries).toHaveLength(1);
  });

  test('the script has the same list of what is at hand', () => {
    const [, list = ''] = /\$script:LightProperties = @\(([^)]*)\)/.exec(licensingScript) ?? [];
    expect(list.split(', ').map((name) => name.replaceAll("'", ''))).toEqual([
      'ID',
      'ApplicationID',
      'PartialProductKey',
      'LicenseIsAddon',
      'Description',
      'Name',
    ]);
    expect(licensingScript).toMatch(/Get-InTwoPhases \$Operation\.class \$select \$where/);
  });
});
