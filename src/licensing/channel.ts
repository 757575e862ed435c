/**
 * What a product's description says about its licensing: slmgr reads the channel out of this text, since the
 * property for it came late.
 */
export type DescribedChannel = 'kms-client' | 'kms-host' | 'mak' | 'time-based' | 'automatic-vm' | 'other';

/** The channel in a description, by the same words and in the same order as Windows' script. */
export function channelOf(description: string): DescribedChannel {
  if (description.includes('VOLUME_KMSCLIENT')) return 'kms-client';
  if (description.includes('VOLUME_KMS')) return 'kms-host';
  if (description.includes('MAK')) return 'mak';
  if (description.includes('TIMEBASED_')) return 'time-based';
  if (description.includes('VIRTUAL_MACHINE_ACTIVATION')) return 'automatic-vm';
  return 'other';
}
