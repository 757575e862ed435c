import type { VerbResult } from '../../verbs/results';

const notGenuine = 0xc004f200;

/** The lines about how an activation ended, by the licence status after it. */
export function activationEndedLines(
  result: Extract<VerbResult, { readonly kind: 'activation-ended' }>,
): readonly string[] {
  switch (result.licenseStatus) {
    case 1:
      return [
        result.by === 'confirmation-id'
          ? `Confirmation ID for product ${result.activationId} deposited successfully.`
          : 'Product activated successfully.',
      ];
    case 4:
      return [
        "Error: The machine is running within the non-genuine grace period. Run 'slui.exe' to go online and make the machine genuine.",
      ];
    case 5:
      return [result.licenseStatusReason === notGenuine ? notGenuineSentence : failed];
    case 6:
      return ['Product activated successfully.', 'License Status: Extended grace period'];
    default:
      return [failed];
  }
}

const notGenuineSentence =
  "Error: Windows is running within the non-genuine notification period. Run 'slui.exe' to go online and validate Windows.";
const failed = 'Error: Product activation failed.';
