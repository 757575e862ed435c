/** The arrow of the layout (docs/architecture.md): imports go one way, and there are no cycles. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: { path: '^src/', pathNot: [from, ...allowed].map((folder) => `^src/${folder}/`) },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^src/' },
      // Parts that src/cli/bundles.ts loads at first use may lead back to it: nothing of them runs while it loads.
      to: {
        circular: true,
        viaOnly: { pathNot: '^src/cli/bundles[.]ts$', dependencyTypesNot: ['type-only'] },
      },
    },
    {
      name: 'nothing-imports-cli',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    only('licensing-is-the-bottom', 'licensing', [], 'Vocabulary and rules know nothing above them.'),
    only('verbs-know-licensing', 'verbs', ['licensing'], 'A verb is an operation over the port.'),
    only('render-knows-results', 'render', ['licensing', 'verbs'], 'A renderer turns results into text.'),
    only('transports-know-no-licensing', 'transports', [], 'How bytes reach a machine.'),
    only(
      'dns-knows-no-host',
      'dns',
      ['licensing'],
      'Names and records; HRESULTs are the words for its failures.',
    ),
    only(
      'kms-rules-stand-alone',
      'kms/(engine|wire|net)',
      ['kms', 'licensing', 'dns'],
      'Rules, codecs and sockets.',
    ),
    only(
      'kms-daemon-serves-the-lab',
      'kms/daemon',
      ['kms', 'licensing', 'dns', 'lab'],
      'The served host of a machine.',
    ),
    only(
      'lab',
      'lab',
      [
        'licensing',
        'kms',
        'dns',
        'transports',
        'providers/simulated',
        'providers/windows/bridge',
        'verbs',
        'render',
        'remote',
      ],
      'Simulated machines; serving them speaks the transports and runs the verbs.',
    ),
    only(
      'lab-model-is-alone',
      'lab/model',
      ['licensing', 'kms/engine', 'lab/estate/settings'],
      'A machine as a state machine knows the rules of KMS and nothing of stores and sockets.',
    ),
    only('providers', 'providers', ['licensing', 'lab', 'kms', 'transports'], 'Implementations of the port.'),
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
