import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkConnection } from '../../remote/check-connection';
import { connectPlanned, sshOptions } from '../../remote/connect-target';
import { noTargets, planWith, roughWay, type ConnectionPlan, type RoughWay } from '../../remote/plan';
import type { RemotePorts } from '../../remote/ports';
import { RunAnswers } from '../../remote/run-answers';
import { runPorts } from '../../remote/run-ports';
import { readPlainFileUpTo } from '../../transports/local/bounded-file';
import { planRoute } from '../../transports/ssh/route';
import { isTransportError } from '../../transports/transport-error';
import type { RemotePart, RemoteRun } from '../parts';
import { askBeforeRun } from './ask-before-run';
import { remoteOptions } from './remote-options';

const configBytes = 4 * 1024 * 1024;

/** The way to many machines of one run. Nobody is asked anything in its middle; each file is read once. */
export function remoteRun(
  { options, console, parts, targets }: Parameters<RemotePart['openRun']>[0],
  userPorts: RemotePorts,
): RemoteRun {
  const answers = new RunAnswers();
  const ports = runPorts(userPorts, answers);
  const said = remoteOptions(options);
  const planned: RemoteRun['planned'] = (target) => planWith(targets ?? noTargets, target, said);
  let mayJump: boolean | null = null;
  const jumpTo = (machine: string, jump: RoughWay['jump']): string | null => {
    const [first] = jump === undefined ? [] : [jump].flat();
    if (first !== undefined) return typeof first === 'string' ? first : first.host;
    mayJump ??= configMayJump(ports);
    if (!mayJump) return null;
    const [hop, ...others] = routeOf(planned({ machine, account: null }));
    return hop === undefined || others.length === 0 ? null : `${hop.host}:${hop.port}`;
  };
  /** Every machine on the way, the last one is meant; none where the way cannot be gone, which is told where it is tried. */
  const routeOf = (plan: ConnectionPlan): ReturnType<typeof planRoute> => {
    const { target, ports: sshPorts } = sshOptions(plan, { ports });
    try {
      return planRoute(target, sshPorts);
    } catch (error) {
      if (isTransportError(error)) return [];
      throw error;
    }
  };
  return {
    planned,
    wayTo: (machine) => {
      const { transport, site, jump } = roughWay(targets ?? noTargets, machine, said);
      return { transport, site, jump: transport === 'ssh' ? jumpTo(machine, jump) : null };
    },
    farEnd: (machine) => {
      const plan = planned({ machine, account: null });
      const { transport, agent, user } = plan;
      const last = transport === 'ssh' ? routeOf(plan).at(-1) : undefined;
      const { host, port } = last ?? plan;
      return { transport, host, port: port ?? null, agent, user: user ?? null };
    },
    open: (target, { verb, onFailure, signal }) =>
      connectPlanned(planned(target), {
        ports,
        verb,
        failed: onFailure,
        signal,
        winrm: (plan, used) => parts.winrm().connectOverWinrm(plan, used),
      }),
    askBefore: async (all) => {
      if (userPorts.personIsHere !== true) return;
      const plans = all.map((target) => planned(target));
      await askBeforeRun(plans, { ports, userPorts, answers, console });
    },
    check: (target, { signal, look }) =>
      checkConnection(
        planned(target),
        { ports, signal, winrm: (plan, used) => parts.winrm().connectOverWinrm(plan, used) },
        look,
      ),
  };
}

/**
 * Whether OpenSSH's configuration may name machines on the way: looking at each host of many would take its time. Files
 * that the user's own configuration includes may name them; those of the computer stand in one folder.
 */
function configMayJump({ home, platform }: RemotePorts): boolean {
  if (mentions(join(home, '.ssh', 'config'), /^\s*(?:proxyjump|include)\b/im)) return true;
  if (platform === 'win32') return false;
  const folder = '/etc/ssh/ssh_config.d';
  const files = ['/etc/ssh/ssh_config', ...filesIn(folder).map((name) => join(folder, name))];
  return files.some((file) => mentions(file, /^\s*proxyjump\b/im));
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function mentions(file: string, keyword: RegExp): boolean {
  try {
    return keyword.test(readPlainFileUpTo(file, configBytes).toString('latin1'));
  } catch {
    return false;
  }
}
