import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { bundles } from '../../src/cli/bundles';
import { expectGoodUnit } from '../fixtures/systemd';
import { InProcess } from '../storm/in-process';

const guide = readFileSync(resolve(__dirname, '../../docs/shared-runs.md'), 'utf8');
const block = (language: string): string =>
  new RegExp('^```' + language + '\\n(.*?)^```', 'ms').exec(guide)?.[1] ?? '';
const unit = block('ini');

const program = new InProcess(null);
// They load once, and no line waits for it.
beforeAll(() => {
  for (const part of [bundles.runs, bundles.fleet, bundles.postgres, bundles.shared]) part();
}, 60_000);
afterAll(() => {
  program.remove();
});

/** Nobody listens at the first port of this computer: what is right with the line ends at the database. */
const nobody = 'postgres://fleet@127.0.0.1:1/fleet';

async function expectReachesDatabase(words: readonly string[]): Promise<void> {
  const { status, out, err } = await program.run(words, '', { SLMGR_FLEET_STORE: nobody });
  expect([status, out, err.replace(/\s+/g, ' ')]).toEqual([
    1,
    '',
    expect.stringContaining('ECONNREFUSED 127.0.0.1:1'),
  ]);
}

describe('the unit of docs/shared-runs.md', () => {
  test('runs a worker with options that it has, and takes a stop for a good end', async () => {
    expect(unit).toContain('ExecStart=/usr/bin/env slmgr fleet worker $OPTIONS\n');
    const [, options = ''] = /"OPTIONS=([^"]*)"/.exec(unit) ?? [];
    const [, more = ''] = /`OPTIONS=([^`]*)`/.exec(guide) ?? [];
    expect([options, more]).toEqual([expect.stringMatching(/^--/), expect.stringMatching(/^--/)]);
    for (const each of [options, more]) await expectReachesDatabase(['fleet', 'worker', ...each.split(' ')]);
    // 128 and SIGTERM, with which a worker ends that was told to stop.
    expect(unit).toContain('\nSuccessExitStatus=143\n');
  });

  expectGoodUnit('slmgr-worker.service', unit);
});

const database = z.object({
  image: z.string(),
  environment: z.object({ POSTGRES_USER: z.string(), POSTGRES_PASSWORD: z.string() }),
  volumes: z.array(z.string()).length(1),
  healthcheck: z.object({ test: z.array(z.string()) }),
});

const client = z.object({
  build: z.object({ dockerfile_inline: z.string() }),
  environment: z.object({ SLMGR_FLEET_STORE: z.url(), PGPASSWORD: z.string() }),
  depends_on: z.object({ postgres: z.object({ condition: z.literal('service_healthy') }) }),
});

const composeFile = z.object({
  services: z.strictObject({
    postgres: database,
    worker: client.extend({
      command: z.array(z.string()),
      deploy: z.object({ replicas: z.literal(2) }),
      profiles: z.undefined().optional(),
    }),
    slmgr: client.extend({ entrypoint: z.tuple([z.literal('slmgr')]), profiles: z.array(z.string()).min(1) }),
  }),
  volumes: z.record(z.string(), z.null()),
});

describe('the compose file of docs/shared-runs.md', () => {
  const text = block('yaml');
  const { services, volumes } = composeFile.parse(parse(text, { merge: true }));
  const { postgres, worker, slmgr } = services;

  test('has a database and two workers, which sign in there', () => {
    for (const { environment, build } of [worker, slmgr]) {
      const { hostname, username, password } = new URL(environment.SLMGR_FLEET_STORE);
      expect([hostname, username, password]).toEqual(['postgres', postgres.environment.POSTGRES_USER, '']);
      expect(environment.PGPASSWORD).toBe(postgres.environment.POSTGRES_PASSWORD);
      expect(build.dockerfile_inline).toContain('npm install --global slmgr');
    }
    expect(postgres.healthcheck.test).toContain(`--username=${postgres.environment.POSTGRES_USER}`);
    expect(postgres.volumes.map((volume) => volume.split(':')[0])).toEqual(Object.keys(volumes));
  });

  test('names no server of images', () => {
    const images = [...text.matchAll(/^\s*(?:image:|FROM) (\S+)$/gm)].map(([, image]) => image);
    expect(images).toHaveLength(2);
    for (const image of images) expect(image).toMatch(/^[a-z]+:\d+(-slim)?$/);
  });

  test('runs lines that slmgr takes', async () => {
    const [first, ...words] = worker.command;
    expect(first).toBe('slmgr');
    await expectReachesDatabase(words);
    const handed = [...guide.matchAll(/^\$ docker compose run --rm slmgr (.+)$/gm)].map(([, line = '']) =>
      line.split(' ').map((word) => word.replaceAll("'", '')),
    );
    expect(handed).toHaveLength(2);
    await program.ok('lab', 'init');
    await program.ok('lab', 'add', 'PC', '--product', 'Windows 10 Enterprise', '--count', '2');
    for (const line of handed) await expectReachesDatabase(line);
  });
});
