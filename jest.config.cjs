const { availableParallelism } = require('node:os');

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  // Much of the time is spent waiting for sockets, disks and programs.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  randomize: true,
  clearMocks: true,
  restoreMocks: true,
  testTimeout: 30000,
  coverageProvider: 'babel',
  collectCoverageFrom: ['src/**/*.ts', '!src/**/*.d.ts'],
};
