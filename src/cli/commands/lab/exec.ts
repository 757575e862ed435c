import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import * as z from 'zod';
import { requireMachine } from '../../../lab/estate/names';
import { withoutPassword } from '../../../transports/local/process-ports';
import { defineCommand, UsageError } from '../../framework/command';
import { runProgram } from '../../script-host/run-program';
import { makeShims } from '../../script-host/shims';
import { withLaboratory } from '../../targets/laboratory';
import { machineName, machineWord } from './fields';

/** How much of a program's output --json keeps of each stream. */
const captureBytes = 16 * 1024 * 1024;

/** slmgr lab exec NAME -- COMMAND ARGS */
export const labExec = defineCommand({
  name: 'lab exec',
  summary: 'Run a program for which cscript and slmgr are this machine',
  description:
    'On the PATH of the program are cscript, cscript.exe, slmgr and slmgr.vbs; SystemRoot and windir name a folder whose ' +
    "System32 holds them. They print what Windows' script host prints: its banner unless //nologo, CRLF, nothing on " +
    'standard error. net, sc, reg, nslookup, slui, shutdown, hostname and ipconfig act on the machine as well; cmd /c and powershell -c ' +
    "(not on Windows, which has its own) run a line in its simulated shells, whose disk lasts as long as the line. The status is the program's own; it does not get SLMGR_PASSWORD and SLMGR_AD_PASSWORD.",
  positionals: [machineWord],
  options: [],
  rest: '<command> [args..]',
  examples: [
    { line: 'slmgr lab exec PC-001 -- cscript //nologo slmgr.vbs /dlv', does: 'as on Windows' },
    {
      line: "slmgr lab exec PC-001 -- sh -c 'cscript $windir/System32/slmgr.vbs /xpr'",
      does: 'by its path',
    },
    {
      line: "slmgr lab exec KMS01 -- sh -c 'net stop sppsvc && net start sppsvc'",
      does: 'the service takes up what was set',
    },
    {
      line: `slmgr lab exec PC-001 -- cmd /c 'slmgr /xpr | find "expire"'`,
      does: "a line in the machine's cmd.exe",
    },
    { line: 'slmgr lab exec PC-001 -- python3 inventory.py', does: 'a program written for Windows' },
  ],
  data: z.object({
    machine: z.string(),
    command: z.array(z.string()),
    exitCode: z.int(),
    stdout: z.string(),
    stderr: z.string(),
  }),
  input: z.object({ name: machineName }),
  run: async ({ name }, context) => {
    const [command, ...args] = context.rest;
    if (command === undefined)
      throw new UsageError('The program is missing: slmgr lab exec NAME -- COMMAND ARGS.');
    const machine = await withLaboratory(context, ({ store }) =>
      store.read((reader) => requireMachine(reader, name).state.name),
    );
    const { env, platform } = context.console;
    const shims = makeShims({
      tempDirectory: tmpdir(),
      machine,
      node: process.execPath,
      program: resolve(process.argv[1] ?? ''),
      platform,
    });
    const home = env['SLMGR_HOME'];
    const result = await runProgram({
      command,
      args,
      env: {
        ...shims.env(withoutPassword(env)),
        ...(home === undefined || home === '' ? {} : { SLMGR_HOME: resolve(home) }),
      },
      directory: shims.directory,
      captureBytes: context.json ? captureBytes : null,
    });
    if (result.problem !== null) context.console.err(`slmgr: ${result.problem}\n`);
    const { exitCode, stdout, stderr } = result;
    return {
      data: { machine, command: [...context.rest], exitCode, stdout, stderr },
      text: () => '',
      exitCode,
      messages: result.problem === null ? [] : [result.problem],
      target: { kind: 'simulated', machine },
    };
  },
});
