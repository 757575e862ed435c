import type * as Ssh2Module from 'ssh2';
import type {
  BaseAgent,
  IdentityCallback,
  ParsedKey,
  PublicKeyEntry,
  SignCallback,
  SigningRequestOptions,
} from 'ssh2';
import { readPlainFileUpTo } from '../local/bounded-file';

type Ssh2 = Pick<typeof Ssh2Module, 'BaseAgent' | 'createAgent' | 'utils'>;

const maxKeyBytes = 1024 * 1024;

/** The file's bytes; null where it is not there, or cannot be read. */
function bytesOf(file: string): Buffer | null {
  try {
    return readPlainFileUpTo(file, maxKeyBytes);
  } catch {
    return null;
  }
}

const header = 'openssh-key-v1\0';

/** The public half that OpenSSH's own private files carry in the open, also where they are locked. */
function openHalf(data: Buffer): Buffer | null {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(
    data.toString('latin1'),
  )?.[1];
  const bytes = Buffer.from(body ?? '', 'base64');
  if (bytes.toString('latin1', 0, header.length) !== header) return null;
  let at = header.length;
  const field = (): Buffer | null => {
    if (at + 4 > bytes.length) return null;
    const end = at + 4 + bytes.readUInt32BE(at);
    const value = end > bytes.length ? null : bytes.subarray(at + 4, end);
    at = end;
    return value;
  };
  field(); // cipher
  field(); // key derivation
  field(); // its options
  at += 4; // number of keys
  return field();
}

/** The line of a public key file: type, then base64. */
function publicLine(data: Buffer): Buffer | null {
  const encoded = /^(?:ssh-|ecdsa-|sk-)\S+[ \t]+([A-Za-z0-9+/=]+)/.exec(
    data.toString('latin1', 0, 32_768),
  )?.[1];
  return encoded === undefined ? null : Buffer.from(encoded, 'base64');
}

/** The public key, in SSH's wire form, of a key file that an agent may hold; null where it cannot be told. */
export function publicKeyOf(file: string): Buffer | null {
  const own = bytesOf(file);
  const beside = bytesOf(`${file}.pub`);
  return (
    (own === null ? null : (publicLine(own) ?? openHalf(own))) ??
    (beside === null ? null : publicLine(beside))
  );
}

/**
 * An agent of which only some keys are used. Keys are compared in SSH's wire form; the agent is asked for them at the
 * first use.
 */
export function chosenAgent(ssh2: Ssh2, socket: string, isChosen: (key: Buffer) => boolean): BaseAgent {
  const agent = ssh2.createAgent(socket);
  class Chosen extends ssh2.BaseAgent {
    override getIdentities(found: IdentityCallback): void {
      agent.getIdentities((error, keys) => {
        if (keys === undefined) found(error);
        else
          found(
            undefined,
            keys.filter((key) => isChosen(wireForm(ssh2, key))),
          );
      });
    }

    override sign(
      key: AgentKey,
      data: Buffer,
      options: SigningRequestOptions | SignCallback,
      done?: SignCallback,
    ): void {
      if (typeof options === 'function') agent.sign(key, data, options);
      else agent.sign(key, data, options, done);
    }
  }
  return new Chosen();
}

/** How long an agent has to say which keys it holds, in milliseconds. */
const agentPatience = 3_000;

/** The keys that an agent holds, in SSH's wire form; none where it does not answer. */
export async function keysOfAgent(ssh2: Ssh2, socket: string): Promise<readonly Buffer[]> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve([]), agentPatience);
    ssh2.createAgent(socket).getIdentities((_error, keys) => {
      clearTimeout(timer);
      resolve((keys ?? []).map((key) => wireForm(ssh2, key)));
    });
  });
}

type AgentKey = string | Buffer | ParsedKey;
type ListedKey = AgentKey | PublicKeyEntry;

function wireForm(ssh2: Ssh2, listed: ListedKey): Buffer {
  const key = typeof listed === 'object' && 'pubKey' in listed ? listed.pubKey : listed;
  const parsed = typeof key === 'string' || Buffer.isBuffer(key) ? ssh2.utils.parseKey(key) : key;
  if (parsed instanceof Error) return Buffer.alloc(0);
  return 'getPublicSSH' in parsed ? parsed.getPublicSSH() : Buffer.alloc(0);
}
