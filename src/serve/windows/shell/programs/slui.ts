import { findErrors } from '../../../../licensing/error-table';
import { NotSimulated } from '../not-simulated';
import { type Action, type Io, type Process } from '../process';
import { argumentsOf } from './arguments';

/**
 * `slui`, `slui 1` to `slui 4` and `slui 0x2a CODE`: windows of activation. Windows prints nothing and ends with 0; what
 * the window would show goes to standard error, because nobody sees a window here.
 */
export function slui(tail: string): Action {
  const words = argumentsOf(tail);
  const [kind = '1', code, ...more] = words;
  if (more.length > 0) throw new NotSimulated(`slui ${words.join(' ')}`);
  if (/^(?:0x2a|42)$/i.test(kind) && code !== undefined) return { run: (_, io) => explain(io, code) };
  if (!/^[1-4]$/.test(kind) || code !== undefined) throw new NotSimulated(`slui ${words.join(' ')}`);
  return { run: (process, io) => (kind === '4' ? telephone(process, io) : told(io, windows[kind] ?? '')) };
}

const windows: Readonly<Record<string, string>> = {
  '1': 'the state of activation; in text: slmgr /xpr',
  '2': 'activation; in text: slmgr /ato',
  '3': "another product key; in text: slmgr /ipk KEY. A KMS host's key has a warning here, which slmgr has not",
};

async function telephone({ machine }: Process, io: Io): Promise<number> {
  const id = await machine.programs.system.installationId();
  if (id === null) return told(io, 'activation by telephone: install a product key first');
  const groups = id.match(new RegExp(`.{${id.length / 9}}`, 'g')) ?? [id];
  return told(
    io,
    `activation by telephone. Installation ID: ${groups.join(' ')}. ` +
      'Type the confirmation ID that the telephone gives: slmgr /atp ID',
  );
}

function explain(io: Io, code: string): number {
  const [entry] = findErrors(code);
  return told(io, entry === undefined ? `error ${code}` : `error ${code}: ${entry.message}`);
}

function told(io: Io, text: string): number {
  io.err(`slmgr: slui shows a window: ${text}.\r\n`);
  return 0;
}
