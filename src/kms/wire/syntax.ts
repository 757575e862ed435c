import { type WireReader } from './reader';
import { type WireWriter } from './writer';

/** An abstract syntax (interface) or a transfer syntax, with its version. */
export interface SyntaxId {
  readonly uuid: string;
  readonly major: number;
  readonly minor: number;
}

/** Bytes of a syntax identifier on the wire. */
export const syntaxLength = 20;

/**
 * The interface of this project's emulator, generated at random for it alone (docs/protocol.md). No other software
 * speaks it; Windows' own activation interface is refused like any other stranger.
 */
export const labKmsInterface: SyntaxId = { uuid: 'ad08a052-033b-4bef-a566-b174ecd78c46', major: 1, minor: 0 };

/** NDR 2.0, the one transfer syntax spoken here (C706 appendix I). */
export const ndrSyntax: SyntaxId = { uuid: '8a885d04-1ceb-11c9-9fe8-08002b104860', major: 2, minor: 0 };

/** True for the pseudo transfer syntax with which Windows asks for optional features (MS-RPCE 2.2.2.14). */
export function isFeatureNegotiation(syntax: SyntaxId): boolean {
  return syntax.uuid.startsWith('6cb71c2c-9812-4540-') && syntax.major === 1;
}

/** An interface serves clients of its own major version with the same or a lower minor one (C706 6.1.2). */
export function serves(offered: SyntaxId, asked: SyntaxId): boolean {
  return offered.uuid === asked.uuid && offered.major === asked.major && offered.minor >= asked.minor;
}

/** The same UUID and version. */
export function sameSyntax(a: SyntaxId, b: SyntaxId): boolean {
  return a.uuid === b.uuid && a.major === b.major && a.minor === b.minor;
}

/** Writes UUID and version (minor version in the high 16 bits). */
export function writeSyntax(syntax: SyntaxId, writer: WireWriter): void {
  writer.uuid(syntax.uuid);
  writer.u32(((syntax.minor << 16) | syntax.major) >>> 0);
}

export function readSyntax(reader: WireReader): SyntaxId {
  const uuid = reader.uuid();
  const version = reader.u32();
  return { uuid, major: version & 0xffff, minor: version >>> 16 };
}
