import { pduFlags } from './constants';

/** One fragment of a stub with the flags that its PDU carries. */
export interface StubFragment {
  readonly stub: Buffer;
  readonly flags: number;
}

/**
 * Cuts a stub into parts of at most `room` bytes each, multiples of eight except the last as C706 12.6.3.2 wants
 * them. A stub that fits, an empty one too, is one part with both flags.
 */
export function fragmentStub(stub: Buffer, room: number): readonly StubFragment[] {
  const { firstFragment, lastFragment } = pduFlags;
  if (stub.length <= room) return [{ stub, flags: firstFragment | lastFragment }];
  const size = room - (room % 8);
  const count = Math.ceil(stub.length / size);
  return Array.from({ length: count }, (_, index) => ({
    stub: stub.subarray(index * size, (index + 1) * size),
    flags: (index === 0 ? firstFragment : 0) | (index === count - 1 ? lastFragment : 0),
  }));
}
