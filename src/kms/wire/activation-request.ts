import { type ActivationRequest, type LicenseStatusCode, maximumMachineNameLength } from '../engine/messages';
import { type Codec } from './codec';
import {
  extensionLength,
  messageVersion,
  readExtension,
  readMessageVersion,
  writeExtension,
} from './extension';
import { type WireReader } from './reader';
import { WireRefusal } from './refusal';
import { nilUuid } from './uuid';
import { readWideText, writeWideText } from './wide-text';

const nameUnits = maximumMachineNameLength + 1;
const fixedLength = 88 + nameUnits * 2;
const virtualMachine = 0x1;
/** The farthest instant that a Date holds, either way. */
const farthestInstant = 8.64e15;

/**
 * The request as an NDR stub (docs/protocol.md). Layout: version (2), licence state (2), required client count (4),
 * minutes remaining (4), flags (4), client time (8), CMID, previous CMID (nil: none), activation ID, application ID
 * (16 each), machine name (64 wide characters), extension.
 */
export const activationRequestStub: Codec<ActivationRequest> = {
  length() {
    return fixedLength + extensionLength;
  },

  encode(request, writer) {
    refuseStrangeValues(request);
    writer.u16(messageVersion);
    writer.u16(request.licenseStatus);
    writer.u32(request.requiredClientCount);
    writer.u32(request.minutesRemaining);
    writer.u32(request.isVirtualMachine ? virtualMachine : 0);
    writer.align(8);
    writer.i64(request.clientTime);
    writer.uuid(request.clientMachineId);
    writer.uuid(request.previousClientMachineId ?? nilUuid);
    writer.uuid(request.activationId);
    writer.uuid(request.applicationId);
    writeWideText(request.machineName, nameUnits, writer);
    writeExtension(writer);
  },

  decode(reader) {
    readMessageVersion(reader);
    const licenseStatus = readLicenseStatus(reader);
    const requiredClientCount = reader.u32();
    const minutesRemaining = reader.u32();
    const flags = reader.u32();
    reader.align(8);
    const clientTime = reader.i64();
    const clientMachineId = reader.uuid();
    const previous = reader.uuid();
    const request = {
      clientMachineId,
      previousClientMachineId: previous === nilUuid ? null : previous,
      activationId: reader.uuid(),
      applicationId: reader.uuid(),
      machineName: readWideText(nameUnits, reader),
      licenseStatus,
      minutesRemaining,
      requiredClientCount,
      isVirtualMachine: (flags & virtualMachine) !== 0,
      clientTime,
    };
    readExtension(reader);
    refuseStrangeValues(request);
    return request;
  },
};

function readLicenseStatus(reader: WireReader): LicenseStatusCode {
  const status = reader.u16();
  if (status > 6) throw new WireRefusal('value', 'a licence state that does not exist');
  return status as LicenseStatusCode;
}

function refuseStrangeValues({ clientMachineId, clientTime }: ActivationRequest): void {
  if (clientMachineId === nilUuid) throw new WireRefusal('value', 'a request without a client machine ID');
  if (Math.abs(clientTime) > farthestInstant) throw new WireRefusal('value', 'a time that no calendar holds');
}
