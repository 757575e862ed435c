import { formatHresult } from '../../licensing/hresult';
import {
  LicensingError,
  type InstanceQuery,
  type LicensingProvider,
  type MethodCall,
  type MethodOutput,
} from '../../licensing/provider';
import type { ClassName } from '../../licensing/cim-classes';
import { isPortable } from '../../licensing/portable-text';
import type { Actor } from '../../lab/estate/authorization';
import { modelError } from '../../lab/model/errors';
import type { Laboratory } from '../../lab/estate/laboratory';
import { catchUp, perform } from '../../lab/estate/perform';
import type { EstateReader } from '../../lab/estate/store-port';
import { queryMachine } from '../../lab/model/cim-view';
import { isServiceRunning } from '../../lab/model/machine';
import { invokeMethod } from '../../lab/model/methods';
import { startService } from '../../lab/model/service';
import { isElevated, read, type MachineAccess } from './access';
import { simulatedDirectory } from './directory';
import { simulatedLicenseFiles } from './license-files';
import { simulatedRegistry } from './registry';
import { simulatedSigner } from './signer';
import { viewOf } from './view';

/** What the provider needs beside the laboratory. */
export interface SimulatedProviderOptions {
  /** Text of a licence file that a verb or a request names; a {@link LicensingError} where it cannot be read. */
  readonly readFile: (path: string) => Promise<string>;
  /** Who acts, where that is a user with an account and not the estate's own administrator. */
  readonly actor?: Actor;
  /** Called when the provider is closed. */
  readonly onClose: () => void;
}

/**
 * The licensing of a machine of the laboratory, after everything that was due by now has happened.
 * @throws LicensingError 0x800706BA where the machine is stopped, 0x80070005 where the actor has no account there;
 *   EstateError where there is no such machine
 */
export async function simulatedProvider(
  laboratory: Laboratory,
  name: string,
  options: SimulatedProviderOptions,
): Promise<LicensingProvider> {
  await catchUp(laboratory);
  const asked: MachineAccess = { laboratory, machine: name, actor: options.actor ?? null };
  const { machine, sleeps } = read(asked, (_reader, { state }) => ({
    machine: state.name,
    sleeps: !isServiceRunning(state),
  }));
  // Windows starts the service for whoever asks it something.
  if (sleeps) await perform(laboratory, machine, startService);
  const access: MachineAccess = { ...asked, machine };
  return {
    description: { kind: 'simulated', machine },
    now: async () => Promise.resolve(read(access, (_reader, { state }, now) => now + state.clockSkewMs)),
    query: async <C extends ClassName>(query: InstanceQuery<C>) =>
      Promise.resolve(
        read(access, (reader, stored, now) =>
          queryMachine(stored.state, query, viewOf(laboratory, reader, { stored, now })),
        ),
      ),
    invoke: (call) => invoke(access, call),
    registry: simulatedRegistry(access),
    directory: simulatedDirectory(access),
    signer: simulatedSigner(access),
    files: simulatedLicenseFiles(access, options.readFile),
    close: () => {
      options.onClose();
      return Promise.resolve();
    },
  };
}

async function invoke(access: MachineAccess, call: MethodCall): Promise<MethodOutput> {
  const { laboratory, machine } = access;
  if (!Object.values(call.args).every((value) => typeof value !== 'string' || isPortable(value))) {
    throw new LicensingError(modelError.invalidArgument, `${call.method} takes no such characters.`);
  }
  const { blocked, elevated } = read(access, (reader, stored) => ({
    blocked: blockedKeyOf(reader, call),
    elevated: isElevated(access, reader, stored),
  }));
  const { result } = await perform(laboratory, machine, (state, context) =>
    invokeMethod(state, call, {
      ...context,
      isBlocked: (key) => key === blocked,
      elevated,
    }),
  );
  if (result.ok) return result.output;
  throw new LicensingError(
    result.hresult,
    `${call.method} on ${machine} failed with ${formatHresult(result.hresult)}.`,
  );
}

/** The key of an /ipk where the lab has blocked it. */
function blockedKeyOf(reader: EstateReader, call: MethodCall): string | null {
  if (call.method !== 'InstallProductKey') return null;
  const key = String(call.args['ProductKey'] ?? '')
    .trim()
    .toUpperCase();
  return reader.mintedKey(key)?.isBlocked === true ? key : null;
}
