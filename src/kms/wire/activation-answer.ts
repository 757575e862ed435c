import { type ActivationAnswer, type CountAnswer, intervalRange, isInterval } from '../engine/messages';
import { hresult } from '../../licensing/hresult';
import { type Codec } from './codec';
import {
  extensionLength,
  messageVersion,
  readExtension,
  readMessageVersion,
  writeExtension,
} from './extension';
import { WireRefusal } from './refusal';
import { readWideText, writeWideText } from './wide-text';

/** Longest extended PID that an answer carries, in UTF-16 units. */
export const maximumExtendedPidLength = 79;

const pidUnits = maximumExtendedPidLength + 1;
const fixedLength = 32 + pidUnits * 2;
const farthestInstant = 8.64e15;

/** What a refusal carries in the fields of a count. */
const noCount: Omit<CountAnswer, 'kind'> = {
  count: 0,
  activationIntervalMinutes: 0,
  renewalIntervalMinutes: 0,
  hostExtendedPid: '',
  hostTime: 0,
};

/**
 * The answer as an NDR stub (docs/protocol.md). Layout: version (2), reserved (2), HRESULT (4; 0 for a count),
 * count (4), activation interval (4), renewal interval (4), padding (4), host time (8), extended PID of the host (80
 * wide characters), extension.
 */
export const activationAnswerStub: Codec<ActivationAnswer> = {
  length() {
    return fixedLength + extensionLength;
  },

  encode(answer, writer) {
    const code = answer.kind === 'refusal' ? answer.hresult : 0;
    if (answer.kind === 'refusal' && code === 0) throw new WireRefusal('value', 'a refusal without a reason');
    const facts = answer.kind === 'count' ? answer : noCount;
    if (answer.kind === 'count') refuseStrangeValues(answer);
    writer.u16(messageVersion);
    writer.u16(0);
    writer.u32(code);
    writer.u32(facts.count);
    writer.u32(facts.activationIntervalMinutes);
    writer.u32(facts.renewalIntervalMinutes);
    writer.align(8);
    writer.i64(facts.hostTime);
    writeWideText(facts.hostExtendedPid, pidUnits, writer);
    writeExtension(writer);
  },

  decode(reader) {
    readMessageVersion(reader);
    reader.skip(2);
    const code = hresult(reader.u32());
    const count = reader.u32();
    const activationIntervalMinutes = reader.u32();
    const renewalIntervalMinutes = reader.u32();
    reader.align(8);
    const hostTime = reader.i64();
    const hostExtendedPid = readWideText(pidUnits, reader);
    readExtension(reader);
    if (code !== 0) return { kind: 'refusal', hresult: code };
    const answer: CountAnswer = {
      kind: 'count',
      count,
      activationIntervalMinutes,
      renewalIntervalMinutes,
      hostExtendedPid,
      hostTime,
    };
    refuseStrangeValues(answer);
    return answer;
  },
};

/** A client keeps what it is told: nothing is taken that it could not live with. */
function refuseStrangeValues({
  activationIntervalMinutes,
  renewalIntervalMinutes,
  hostTime,
}: CountAnswer): void {
  if (!isInterval(activationIntervalMinutes) || !isInterval(renewalIntervalMinutes)) {
    const { least, greatest } = intervalRange;
    throw new WireRefusal('value', `an interval that is not ${least} to ${greatest} minutes`);
  }
  if (Math.abs(hostTime) > farthestInstant) throw new WireRefusal('value', 'a time that no calendar holds');
}
