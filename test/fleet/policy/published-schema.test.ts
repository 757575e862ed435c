import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import { parse } from 'yaml';
import { PolicyError, readPolicy } from '../../../src/fleet/policy/read-policy';

const docs = resolve(__dirname, '../../../docs');
const schema = JSON.parse(readFileSync(resolve(docs, 'schemas/policy.json'), 'utf8')) as object;
const accepts = new Ajv2020({ strict: true, strictTypes: false, allErrors: false }).compile(schema);

const ofOne = (set: string): string => `version: 1\npolicies:\n  - { targets: 'PC-*', set: ${set} }\n`;

/** Whether the program itself reads it. */
function isRead(text: string): boolean {
  try {
    readPolicy(text);
    return true;
  } catch (error) {
    if (error instanceof PolicyError) return false;
    throw error;
  }
}

const [example = ''] =
  /(?<=```yaml\n)version: 1\n[\s\S]*?(?=```)/.exec(readFileSync(resolve(docs, 'policy.md'), 'utf8')) ?? [];

test.each([
  example,
  ofOne('{ key: gvlk, kms: kms01.lab.example:1688, activation: kms, hostCaching: false, licensed: true }'),
  ofOne('{ key: keep, kms: auto, minDays: 180 }'),
  ofOne('{ key: { type: mak, from: { env: NAME } }, kms: { host: "[2001:db8::1]:1700" } }'),
  ofOne('{ key: { type: retail, from: { command: "vault read key" } }, kms: { domain: corp.example } }'),
  ofOne('{ key: { type: csvlk, from: { file: host.key } }, port: 65535, dns: off, priority: low }'),
  ofOne('{ activationInterval: 15, renewalInterval: 43200, activation: token, kms: "kms01:65535" }'),
  "version: 1\npolicies:\n  - { targets: '@all', exclude: PC-001, set: { licensed: true } }\n",
])('the published schema takes what the program takes: %j', (text) => {
  expect([isRead(text), accepts(parse(text))]).toEqual([true, true]);
});

test.each([
  'version: 2\npolicies: []\n',
  'version: 1\npolicies: []\n',
  'policies: []\n',
  'version: 1\n',
  'version: 1\npolicies: {}\n',
  'version: 1\npolicies: []\nmore: 1\n',
  ofOne('{}'),
  ofOne('{ licensed: false }'),
  ofOne('{ key: AAAAA-BBBBB-CCCCC-DDDDD-EEEEE }'),
  ofOne('{ key: { type: mak, from: AAAAA-BBBBB-CCCCC-DDDDD-EEEEE } }'),
  ofOne('{ key: { type: gvlk, from: { env: NAME } } }'),
  ofOne('{ key: { type: mak, from: { env: NAME, file: x } } }'),
  ofOne('{ kms: "kms01:0" }'),
  ofOne('{ kms: "kms01:65536" }'),
  ofOne('{ kms: "kms 01" }'),
  ofOne('{ kms: { host: kms01, domain: corp.example } }'),
  ofOne('{ activation: 2 }'),
  ofOne('{ hostCaching: "yes" }'),
  ofOne('{ minDays: 0 }'),
  ofOne('{ minDays: 1.5 }'),
  ofOne('{ port: 65536 }'),
  ofOne('{ dns: on }'),
  ofOne('{ activationInterval: 14 }'),
  ofOne('{ renewalinterval: 120 }'),
  "version: 1\npolicies:\n  - { targets: '', set: { licensed: true } }\n",
  'version: 1\npolicies:\n  - { set: { licensed: true } }\n',
  "version: 1\npolicies:\n  - { targets: 'PC-*' }\n",
])('and refuses what the program refuses: %j', (text) => {
  expect([isRead(text), accepts(parse(text))]).toEqual([false, false]);
});
