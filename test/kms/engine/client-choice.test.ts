import { chooseHost } from '../../../src/kms/engine/host-choice';
import { zonesToAsk } from '../../../src/kms/engine/zones';
import { client, counted, none, play, refusedWith, registered, sent, srv } from './client-fixtures';

const zones = client().zones;
const named = { name: 'kms-any', port: null };

describe('which host a client begins with', () => {
  test('K6.1 the host named for the product comes first', () => {
    const facts = client({
      registered: { product: { name: 'kms-sku', port: 1700 }, application: named, global: named },
    });
    expect(chooseHost(facts)).toEqual({ kind: 'registered', host: { name: 'kms-sku', port: 1700 } });
  });

  test('K6.2 then the host named for the application', () => {
    const facts = client({
      registered: { product: none, application: { name: 'kms-app', port: null }, global: named },
    });
    expect(chooseHost(facts)).toEqual({ kind: 'registered', host: { name: 'kms-app', port: 1688 } });
  });

  test('K6.3 then the host named for all, before the cached one', () => {
    const facts = client({
      registered: { product: none, application: none, global: named },
      cachedHost: { name: 'cached', port: 1688 },
    });
    expect(chooseHost(facts)).toEqual({ kind: 'registered', host: { name: 'kms-any', port: 1688 } });
  });

  test('K6.4 then the cached host', () => {
    const facts = client({ cachedHost: { name: 'cached', port: 1699 } });
    expect(chooseHost(facts)).toEqual({ kind: 'cached', host: { name: 'cached', port: 1699 } });
  });

  test('K6.5 then DNS', () => {
    expect(chooseHost(client())).toEqual({ kind: 'discover' });
    const run = play(client(), { zones: { 'lab.example': [srv('kms01.lab.example')] } });
    expect(run.asked).toEqual(['dns lab.example', 'kms01.lab.example:1688']);
  });

  test('K6.5 a port alone names no host', () => {
    const facts = client({
      registered: { product: none, application: none, global: { name: null, port: 1700 } },
    });
    expect(chooseHost(facts)).toEqual({ kind: 'discover' });
  });

  test('K6.14 an IPv6 address is asked without the brackets of /skms, and logged with them once', () => {
    const global = { name: '[2001:db8::7]', port: 1700 };
    const facts = client({ registered: { product: none, application: none, global } });
    expect(chooseHost(facts)).toEqual({ kind: 'registered', host: { name: '2001:db8::7', port: 1700 } });
    const run = play(facts, { hosts: { '2001:db8::7:1700': counted(25) } });
    expect(run.outcome).toMatchObject({ kind: 'activated' });
    expect(sent(run)).toEqual(['[2001:db8::7]:1700 0']);
  });

  test('K6.6 if the cached host does not answer, discovery starts again and does not ask it twice', () => {
    const run = play(client({ cachedHost: { name: 'KMS01.lab.example', port: 1688 } }), {
      zones: { 'lab.example': [srv('kms01.lab.example.'), srv('kms02.lab.example')] },
      hosts: { 'kms02.lab.example:1688': counted(25) },
    });
    expect(run.asked).toEqual(['KMS01.lab.example:1688', 'dns lab.example', 'kms02.lab.example:1688']);
    expect(run.outcome).toMatchObject({
      kind: 'activated',
      servedBy: { host: { name: 'kms02.lab.example', port: 1688 }, discovered: true },
    });
  });

  test('K6.6 where nobody takes the place of the cached host, it is forgotten', () => {
    const run = play(client({ cachedHost: { name: 'kms01', port: 1688 } }), {
      zones: { 'lab.example': 0x8007232b },
    });
    expect(run.outcome).toMatchObject({ kind: 'failed', forgetCachedHost: true });
  });

  test('K6.7 a named host switches discovery off: its silence ends the attempt', () => {
    const run = play(registered(), { zones: { 'lab.example': [srv('kms02.lab.example')] } });
    expect(run.asked).toEqual(['kms01:1688']);
    expect(run.outcome.kind).toBe('failed');
  });

  test('K6.8 the lookup domain is asked in place of every suffix, and not while a host is named', () => {
    const lookup = { ...zones, lookupDomain: 'Other.Example.', searchList: ['third.example'] };
    expect(play(client({ zones: lookup })).asked).toEqual(['dns other.example']);
    expect(play({ ...registered(), zones: lookup }).asked).toEqual(['kms01:1688']);
  });

  test('K6.9 without caching DNS is asked each time', () => {
    const run = play(client({ cachedHost: { name: 'cached', port: 1688 }, hostCaching: false }), {
      zones: { 'lab.example': [srv('kms01.lab.example')] },
      hosts: { 'kms01.lab.example:1688': counted(30), 'cached:1688': counted(30) },
    });
    expect(run.asked).toEqual(['dns lab.example', 'kms01.lab.example:1688']);
  });

  test('K6.9 with caching a changed record shows only when the cached host fails', () => {
    const world = {
      zones: { 'lab.example': [srv('new')] },
      hosts: { 'old:1688': counted(30), 'new:1688': counted(30) },
    };
    const run = play(client({ cachedHost: { name: 'old', port: 1688 } }), world);
    expect(run.asked).toEqual(['old:1688']);
  });
});

describe('zones', () => {
  test('K6.10 the primary suffix, then the search list, each once', () => {
    const searchList = ['lab.example', 'Second.example', 'second.example.', ''];
    expect(zonesToAsk({ ...zones, adDomain: 'ad.example', searchList })).toEqual([
      'lab.example',
      'second.example',
    ]);
  });

  test('K6.10 without a primary suffix a member asks its AD domain, a workgroup machine the DHCP domain', () => {
    const both = { ...zones, primarySuffix: null, dhcpDomain: 'dhcp.example', searchList: ['list.example'] };
    expect(zonesToAsk({ ...both, adDomain: 'ad.example' })).toEqual(['ad.example', 'list.example']);
    expect(zonesToAsk(both)).toEqual(['dhcp.example', 'list.example']);
  });

  test('K6.10 the next zone is asked only where the one before has no records', () => {
    const facts = client({ zones: { ...zones, searchList: ['second.example', 'third.example'] } });
    const run = play(facts, { zones: { 'second.example': [srv('kms02')], 'third.example': [srv('kms03')] } });
    expect(run.asked).toEqual(['dns lab.example', 'dns second.example', 'kms02:1688']);
  });

  test('K6.11 no suffix at all gives 0x8007007B', () => {
    const run = play(client({ zones: { ...zones, primarySuffix: null } }));
    expect(run.asked).toEqual([]);
    expect(run.outcome).toMatchObject({ kind: 'failed', shown: 0x8007007b, events: [] });
  });

  test.each([0x8007232b, 0x8007251d, 0x80092328, 0x8007232a])(
    'K6.11 an error of DNS is shown: %i',
    (code) => {
      const run = play(client(), { zones: { 'lab.example': code } });
      expect(run.outcome).toMatchObject({ kind: 'failed', shown: code });
    },
  );

  test('K6.11 an answer without usable records is "no records"', () => {
    const run = play(client(), { zones: { 'lab.example': [srv('.')] } });
    expect(run.outcome.shown).toBe(0x8007251d);
  });

  test('K6.11 a DNS server that failed tells more than a zone without the name', () => {
    const facts = client({ zones: { ...zones, searchList: ['b.example', 'c.example'] } });
    const run = play(facts, { zones: { 'b.example': 0x8007232a, 'c.example': 0x8007251d } });
    expect(run.outcome.shown).toBe(0x8007232a);
  });
});

describe('several hosts', () => {
  const three = [srv('c', 20), srv('a', 0), srv('b', 10)];

  test('K6.12 hosts that do not answer are passed over', () => {
    const run = play(client(), { zones: { 'lab.example': three }, hosts: { 'c:1688': counted(25) } });
    expect(run.asked).toEqual(['dns lab.example', 'a:1688', 'b:1688', 'c:1688']);
    expect(sent(run)).toEqual(['a:1688 800706ba', 'b:1688 800706ba', 'c:1688 0']);
    expect(run.outcome.kind).toBe('activated');
  });

  test('K6.12 Vista clients choose at random and ignore priority', () => {
    const facts = client({ isVistaEra: true, random: () => 0 });
    const run = play(facts, { zones: { 'lab.example': three } });
    expect(run.asked.slice(1)).toEqual(['c:1688', 'a:1688', 'b:1688']);
  });

  test('a host that refuses is no reason not to try the next one', () => {
    const run = play(client(), {
      zones: { 'lab.example': three },
      hosts: { 'a:1688': refusedWith(0xc004f042), 'b:1688': counted(25) },
    });
    expect(run.outcome.kind).toBe('activated');
  });

  test('a low count is an answer: no other host is asked', () => {
    const run = play(client(), {
      zones: { 'lab.example': three },
      hosts: { 'a:1688': counted(3), 'b:1688': counted(30) },
    });
    expect(run.asked).toEqual(['dns lab.example', 'a:1688']);
    expect(run.outcome.kind).toBe('not-bound');
  });

  test('a record that stands twice is asked once', () => {
    const run = play(client(), { zones: { 'lab.example': [srv('a'), srv('A.')] } });
    expect(run.asked).toHaveLength(2);
  });
});
