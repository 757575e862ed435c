/**
 * The layers of src/ from the ground up (docs/architecture.md). A folder imports what stands below it and nothing else:
 * neither what is above nor what shares its floor.
 */
const layers = [
  ['licensing', 'transports'],
  ['dns', 'verbs'],
  ['kms', 'render'],
  ['lab'],
  ['providers'],
  ['remote'],
  ['serve'],
  ['fleet', 'forecast'],
  ['cli'],
];

/** Modules of src/serve/windows that keep files of whoever serves, and the one that puts all of it together. */
const ownersFiles = '(identity|targets-out|serve-machines)';

/** The rules of one floor: for each folder, everything that does not stand below it is out of reach. */
const goDown = (floor, height) =>
  floor.map((folder) => ({
    name: `imports-of-${folder}-go-down`,
    severity: 'error',
    from: { path: `^src/${folder}/` },
    to: {
      path: '^src/',
      pathNot: [folder, ...layers.slice(0, height).flat()].map((below) => `^src/${below}/`),
    },
  }));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'only-the-entry-has-the-bundles',
      comment: 'Parts that load at first use come from the context (src/cli/parts.ts).',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/entry[.]ts$' },
      to: { path: '^src/cli/bundles[.]ts$' },
    },
    ...layers.flatMap(goDown),
    {
      name: 'lab-model-is-alone',
      comment: 'A machine as a state machine knows the rules of KMS and nothing of stores and sockets.',
      severity: 'error',
      from: { path: '^src/lab/model/' },
      to: { path: '^src/', pathNot: '^src/(licensing/|kms/engine/|lab/model/|lab/estate/settings)' },
    },
    {
      name: 'model-is-pure',
      comment:
        'The model of a machine and the engine of a host do no I/O: the time and every fact are arguments.',
      severity: 'error',
      from: { path: '^src/(lab/model|kms/engine|kms/wire|licensing|verbs|render)/' },
      to: {
        dependencyTypes: ['core'],
        path: '^(node:)?(fs|net|tls|http|https|child_process|dns|dgram|os|process)',
      },
    },
    {
      name: 'served-machines-open-nothing',
      comment:
        'What a client of a served machine names is a file of that machine (shell/files.ts): nothing that the servers are made of reaches a file or a program of this computer. Keys and the targets file, which the owner names, have modules of their own.',
      severity: 'error',
      from: { path: `^src/serve/windows/(?!${ownersFiles}[.]ts$)` },
      to: {
        path: '^((node:)?(fs|fs/promises|child_process|worker_threads|vm)$|src/(providers/simulated/io|transports/local)/)',
        reachable: true,
      },
    },
    {
      name: 'no-unlisted-packages',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'not-to-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
