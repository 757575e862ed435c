import { publishPlan, type PublishFacts } from '../../../src/kms/engine/publish-plan';
import { toPublicationPlan } from '../../../src/kms/discovery/publication-plan';

const facts: PublishFacts = {
  hostName: 'KMS01',
  hostDomain: 'corp.example',
  port: 1688,
  addresses: ['10.0.0.1', '2001:db8::1'],
  dnsPublishing: true,
  publishList: ['sales.example, 10, 75'],
  ownDomainBesideList: true,
  listNames: 'domains',
};

describe("a host's publish plan for the DNS publisher", () => {
  test('K7.1 K7.5 each SRV record by its domain, the addresses once by the name of the host', () => {
    expect(toPublicationPlan(publishPlan(facts))).toEqual({
      services: [
        { domain: 'sales.example', priority: 10, weight: 75, port: 1688, target: 'kms01.corp.example' },
        { domain: 'corp.example', priority: 0, weight: 0, port: 1688, target: 'kms01.corp.example' },
      ],
      addresses: [{ name: 'kms01.corp.example', addresses: ['10.0.0.1', '2001:db8::1'] }],
      ttl: 3600,
    });
  });

  test('K7.2 after /cdns there is nothing to publish', () => {
    const plan = toPublicationPlan(publishPlan({ ...facts, dnsPublishing: false }));
    expect(plan).toEqual({ services: [], addresses: [], ttl: 3600 });
  });
});
