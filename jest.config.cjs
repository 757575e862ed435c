const { availableParallelism } = require('node:os');

/**
 * The seed of all property tests: the same each time, so that a change and not chance makes them fail. SLMGR_SEED
 * is another one, or `random`.
 */
function seedOfProperties() {
  const asked = process.env.SLMGR_SEED ?? '1';
  if (/^-?\d{1,10}$/.test(asked)) return Number(asked) | 0;
  if (asked !== 'random') throw new Error(`SLMGR_SEED is neither a whole number nor "random": ${asked}`);
  const seed = Math.floor(Math.random() * 2 ** 31);
  process.stderr.write(`Property tests of seed ${seed}. Again: SLMGR_SEED=${seed}\n`);
  return seed;
}

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': '@swc/jest',
    // Packages that are ES modules alone.
    '/node_modules/(?:pg-boss|serialize-error|non-error|tagged-tag|rrule-temporal|temporal-spec)/.+\\.[cm]?js$':
      ['@swc/jest', { module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: [
    '/node_modules/(?!(?:pg-boss|serialize-error|non-error|tagged-tag|rrule-temporal|temporal-spec)/)',
  ],
  globals: { seedOfProperties: seedOfProperties() },
  setupFiles: ['<rootDir>/test/fixtures/seeded-properties.ts'],
  // Much of the time is spent waiting for sockets, disks and programs.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  randomize: true,
  clearMocks: true,
  restoreMocks: true,
  testTimeout: 30000,
  coverageProvider: 'babel',
  collectCoverageFrom: ['src/**/*.ts', '!src/**/*.d.ts'],
};
