import { installationIdOf } from '../../../src/lab/model/installation';
import { restart } from '../../../src/lab/model/lifecycle';
import { confirmationId } from '../../../src/lab/model/phone';
import type { MachineState } from '../../../src/lab/model/state';
import { issuanceLicenseText, signChallenge, tokenCertificates } from '../../../src/lab/model/token';
import { issuerLicenseText, issueToken } from '../../../src/lab/model/token-issuer';
import {
  begin,
  context,
  days,
  errorOf,
  forestObject,
  keyed,
  labKey,
  machine,
  minutes,
  outputOf,
  shop,
  World,
} from './harness';

describe('K15.1 Active Directory', () => {
  test('K15.1 AD comes before KMS, without a threshold, for 180 days, renewed every 7', () => {
    const world = new World();
    world.directory = { reachable: true, supported: true, objects: [forestObject('ws2022')] };
    const { state } = world.ato(machine('Windows 10 Enterprise'));
    expect(world.contacts()).toEqual([]);
    expect(keyed(state)).toMatchObject({ activationType: 1, ad: { objectName: 'Lab AO' } });
    expect(keyed(state).license).toMatchObject({ by: 'ad', until: begin + days(180) });
    const later = world.playUntil(state, begin + days(7)).state;
    expect(keyed(later).license.until).toBe(begin + days(187));
  });

  test('K15.1 KMS follows where AD has no object for the product, and for Windows 7', () => {
    const world = new World();
    world.directory = { reachable: true, supported: true, objects: [forestObject('ws2012r2')] };
    expect(keyed(world.ato(machine('Windows 10 Enterprise')).state).activationType).toBe(2);
    world.directory = { reachable: true, supported: true, objects: [forestObject('ws2025')] };
    world.asked.length = 0;
    expect(keyed(world.ato(machine('Windows 7 Enterprise')).state).activationType).toBe(2);
    expect(world.asked.some(({ kind }) => kind === 'directory')).toBe(false);
  });

  test('K15.1 leaving the domain ends it at the next start', () => {
    const world = new World();
    world.directory = { reachable: true, supported: true, objects: [forestObject('ws2022')] };
    const left = { ...world.ato(machine('Windows 10 Enterprise')).state, domain: null };
    expect(keyed(left).license.status).toBe('licensed');
    const up = restart(left, context(begin + days(1))).state;
    expect(keyed(up)).toMatchObject({ ad: null, activationType: 0, license: { status: 'notification' } });
  });

  test('K15.2 activating the forest online writes an object that activates clients', () => {
    const world = new World();
    const dc = machine('Windows Server 2022 Standard');
    const key = labKey('csvlk', 'Windows Server 2022 Standard');
    const args = { ProductKey: key, ActivationObjectName: 'Lab' };
    expect(errorOf(world.service(dc, 'DoActiveDirectoryOnlineActivation', args))).toBe('0x0');
    expect(world.directory.objects[0]).toMatchObject({
      displayName: 'Lab',
      distinguishedName:
        'CN=Lab,CN=Activation Objects,CN=Microsoft SPP,CN=Services,CN=Configuration,DC=lab,DC=example',
      csvlkPartialProductKey: key.slice(-5),
      group: 'ws2022',
    });
    expect(keyed(world.ato(machine('Windows 11 Enterprise')).state).activationType).toBe(1);
    expect(world.uses.get(key)).toEqual({ 'forest:lab.example': 1 });
  });

  test('K15.2 activating the forest by telephone', () => {
    const world = new World();
    const dc = machine('Windows Server 2022 Standard');
    const ProductKey = labKey('csvlk', 'Windows Server 2022 Standard');
    const output = outputOf(world.service(dc, 'GenerateActiveDirectoryOfflineActivationId', { ProductKey }));
    const iid = String(output['InstallationID']);
    const apply = (ConfirmationID: string): string =>
      errorOf(
        world.service(dc, 'DepositActiveDirectoryOfflineActivationConfirmation', {
          ProductKey,
          ConfirmationID,
          ActivationObjectName: '',
        }),
      );
    expect(apply('123')).toBe('0xC004F02F');
    expect(world.directory.objects).toEqual([]);
    expect(apply(confirmationId(iid))).toBe('0x0');
    expect(world.directory.objects[0]!.displayName).toContain('Windows Server 2022 VL');
  });

  test('K15.2 what the AD verbs refuse', () => {
    const world = new World();
    const online = (state: MachineState, ProductKey: string, ActivationObjectName = ''): string =>
      errorOf(
        world.service(state, 'DoActiveDirectoryOnlineActivation', { ProductKey, ActivationObjectName }),
      );
    const dc = machine('Windows Server 2022 Standard');
    const key = labKey('csvlk', 'Windows Server 2022 Standard');
    expect(online(dc, 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE')).toBe('0xC004F050');
    expect(online(dc, labKey('mak', 'Windows Server 2022 Standard'))).toBe('0xC004F07D');
    expect(online(dc, labKey('csvlk', 'Windows 7 Enterprise'))).toBe('0xC004F07D');
    expect(online(dc, key, 'x'.repeat(65))).toBe('0xC004F082');
    expect(online({ ...dc, domain: null }, key)).toBe('0x8007054B');
    expect(online(machine('Windows Server 2008 R2 Standard'), key)).toBe('0xC004F083');
    world.online = false;
    expect(online(dc, key)).toBe('0x80072EE7');
    expect(world.directory.objects).toEqual([]);
  });
});

describe('K15.3 token activation', () => {
  test("K15.3 the lab's own certificates and licence activate, for a year", () => {
    const world = new World();
    const installed = world.service(machine('Windows 10 Enterprise'), 'InstallLicense', {
      License: issuerLicenseText(begin),
    }).state;
    const source = context(begin);
    const { state: pc, certificate } = issueToken(installed, null, source);
    expect(certificate.thumbprint).toMatch(/^[0-9A-F]{40}$/);
    const { activationId } = keyed(pc);
    const grants = outputOf(world.product(pc, activationId, 'GetTokenActivationGrants'))['Grants'];
    const found = (now: number): number => tokenCertificates(pc, grants as readonly string[], now).length;
    expect([found(begin), found(begin + days(364)), found(begin + days(365))]).toEqual([1, 1, 0]);
    const again = issueToken(pc, null, source).state;
    expect(new Set(again.certificates.map(({ thumbprint }) => thumbprint)).size).toBe(2);
  });

  const issuer = 'AA'.repeat(20);
  const certificate = {
    thumbprint: 'BB'.repeat(20),
    subject: 'CN=User',
    issuer,
    validFrom: begin - days(1),
    validTo: begin + days(365),
    pin: '1234',
  };
  const text = issuanceLicenseText({
    ilid: 'b8b2f0a1-1111-4a4a-9999-0123456789ab',
    ilvid: 3,
    expiresAt: begin + days(90),
    description: 'Smart "cards" & <more>',
    additionalInfo: '',
    grants: [issuer],
  });
  const prepared = (world: World): MachineState => ({
    ...world.service(machine('Windows 7 Enterprise'), 'InstallLicense', { License: text }).state,
    certificates: [certificate],
  });

  test('K15.3 an issuance licence and a certificate activate', () => {
    const world = new World();
    const pc = prepared(world);
    expect(pc.tokenLicenses[0]).toMatchObject({ ilvid: 3, description: 'Smart "cards" & <more>' });
    const { activationId } = keyed(pc);
    const grants = outputOf(world.product(pc, activationId, 'GetTokenActivationGrants'))['Grants'];
    expect(tokenCertificates(pc, grants as readonly string[], begin)).toEqual([certificate]);
    const challenge = String(
      outputOf(world.product(pc, activationId, 'GenerateTokenActivationChallenge'))['Challenge'],
    );
    expect(signChallenge(pc, challenge, certificate.thumbprint, 'no')).toBe(0x8010006b);
    expect(signChallenge(pc, challenge, 'CC', '1234')).toBe(0xc004f30e);
    const signed = signChallenge(pc, challenge, certificate.thumbprint.toLowerCase(), '1234');
    if (typeof signed === 'number') throw new Error('not signed');
    const deposit = (Challenge: string, Response: string, now = begin): ReturnType<World['product']> =>
      world.call(
        pc,
        {
          class: 'SoftwareLicensingProduct',
          key: activationId,
          method: 'DepositTokenActivationResponse',
          args: { Challenge, Response, CertChain: signed.chain },
        },
        now,
      );
    expect(errorOf(deposit(challenge, 'forged'))).toBe('0xC004F307');
    expect(errorOf(deposit(`${challenge}x`, signed.signature))).toBe('0xC004F307');
    expect(errorOf(deposit(challenge, signed.signature, begin + minutes(16)))).toBe('0xC004F301');
    const { state } = deposit(challenge, signed.signature);
    expect(keyed(state)).toMatchObject({
      activationType: 3,
      token: { ilvid: 3, thumbprint: certificate.thumbprint },
    });
    expect(keyed(state).license).toMatchObject({ by: 'token', until: begin + days(90) });
  });

  test('K15.3 without an issuance licence: 0xC004F304; one that is removed is gone', () => {
    const world = new World();
    const bare = machine('Windows 7 Enterprise');
    expect(errorOf(world.product(bare, keyed(bare).activationId, 'GetTokenActivationGrants'))).toBe(
      '0xC004F304',
    );
    const pc = prepared(world);
    const uninstall = (state: MachineState, key: string): ReturnType<World['call']> =>
      world.call(state, {
        class: 'SoftwareLicensingTokenActivationLicense',
        key,
        method: 'Uninstall',
        args: {},
      });
    const gone = uninstall(pc, pc.tokenLicenses[0]!.id);
    expect(gone.state.tokenLicenses).toEqual([]);
    expect(errorOf(uninstall(gone.state, pc.tokenLicenses[0]!.id))).toBe('0xC004F011');
  });

  test('licence files: others are taken, what is none is refused', () => {
    const world = new World();
    const pc = machine('Windows 7 Enterprise');
    const install = (License: string): string => errorOf(world.service(pc, 'InstallLicense', { License }));
    expect(install('<r:license/>')).toBe('0x0');
    expect(install('hello')).toBe('0xC004F01F');
    expect(install(text.replace('ilvid="3"', 'ilvid="x"'))).toBe('0xC004F01F');
  });
});

describe('K15.4 automatic virtual machine activation', () => {
  const guestName = 'Windows Server 2019 Standard';
  const guest = (): MachineState =>
    machine(guestName, { virtual: true, hypervisor: 'HV01', channel: 'avma' });
  const hv = (product: string, licensed = true): World => {
    const world = new World();
    world.hypervisor = { name: 'HV01', edition: shop.findEdition(product)!.id, licensed, pid: '99999-1' };
    return world;
  };

  test('K15.4 an activated Datacenter host of the same or a newer generation activates its guest', () => {
    for (const product of ['Windows Server 2019 Datacenter', 'Windows Server 2022 Datacenter']) {
      const outcome = hv(product).ato(guest());
      expect(errorOf(outcome)).toBe('0x0');
      expect(keyed(outcome.state).license).toMatchObject({ status: 'licensed', by: 'avma' });
      expect(outcome.events.map(({ id, fields }) => [id, ...fields])).toEqual([[12309, 'Success', 'HV01']]);
      expect(outcome.wishes).toMatchObject([{ kind: 'log', machine: 'HV01', event: { id: 12310 } }]);
    }
  });

  test.each([
    ['Invalid Host', 'Windows Server 2022 Standard', true, '0xC004FD01'],
    ['Activation Denied', 'Windows Server 2022 Datacenter', false, '0xC004FD02'],
    ['Invalid Data', 'Windows Server 2016 Datacenter', true, '0xC004FD03'],
  ])('K15.4 %s: a host with %s, activated %s', (result, product, licensed, code) => {
    const outcome = hv(product, licensed).ato(guest());
    expect(errorOf(outcome)).toBe(code);
    expect(outcome.events[0]!.fields[0]).toBe(result);
  });

  test('K15.4 not without Data Exchange, nor on a physical machine', () => {
    const world = hv('Windows Server 2022 Datacenter');
    expect(errorOf(world.ato({ ...guest(), dataExchange: false }))).toBe('0xC004FD04');
    expect(errorOf(world.ato({ ...guest(), virtual: false }))).toBe('0xC004FD01');
    expect(errorOf(new World().ato(guest()))).toBe('0xC004FD01');
  });
});

test('an installation ID of an AVMA guest names no key', () => {
  const pc = machine('Windows Server 2019 Standard', { virtual: true, channel: 'avma' });
  expect(installationIdOf(pc, keyed(pc), shop)).toMatch(/^\d{63}$/);
});
