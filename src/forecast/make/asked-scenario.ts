import { stringify } from 'yaml';

/** A question of `slmgr forecast init`, with what stands for an empty answer. */
export interface Question {
  readonly key: keyof Answers;
  readonly text: string;
  readonly otherwise: string;
}

/** Answers as they were typed. */
export interface Answers {
  readonly product: string;
  readonly count: string;
  readonly laptops: string;
  readonly home: string;
  readonly hosts: string;
  readonly host: string;
  readonly outage: string;
  readonly days: string;
}

/** What is asked, in this order. */
export const questions: readonly Question[] = [
  { key: 'product', text: 'Which Windows do the clients have', otherwise: 'Windows 11 Enterprise' },
  { key: 'count', text: 'How many are always on', otherwise: '100' },
  { key: 'laptops', text: 'How many laptops come home only now and then', otherwise: '0' },
  { key: 'home', text: 'Every how many days', otherwise: '30' },
  { key: 'hosts', text: 'How many KMS hosts are there', otherwise: '2' },
  { key: 'host', text: 'Which Windows do they have', otherwise: 'Windows Server 2022 Standard' },
  { key: 'outage', text: 'For how many days is the first of them down', otherwise: '10' },
  { key: 'days', text: 'How many days are to be looked at', otherwise: '365' },
];

/** The scenario of some answers; it is the reader of scenarios who finds out what is wrong with them. */
export function askedScenario(answers: Answers, start: string): string {
  const number = (text: string): unknown => (/^\d{1,9}$/.test(text) ? Number(text) : text);
  const names = Array.from(
    { length: Math.min(Number(number(answers.hosts)) || 0, 254) },
    (_, n) => `kms${n + 1}`,
  );
  const outage = [{ from: '30d', for: `${answers.outage}d` }];
  const clients = [
    { product: answers.product, count: number(answers.count) },
    {
      product: answers.product,
      count: number(answers.laptops),
      online: { home: `${answers.home}d`, stay: '8h', jitter: '1d' },
    },
  ];
  return stringify({
    version: 1,
    start,
    days: number(answers.days),
    sites: { hq: { clients: clients.filter(({ count }) => count !== 0), hosts: names } },
    hosts: Object.fromEntries(
      names.map((name, at) => [
        name,
        { product: answers.host, ...(at === 0 && answers.outage !== '0' ? { outages: outage } : {}) },
      ]),
    ),
  });
}
