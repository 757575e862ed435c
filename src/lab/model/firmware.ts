import type { Hresult } from '../../licensing/hresult';
import { modelError } from './errors';
import type { MachineState } from './state';

/**
 * Why the firmware does not vouch for an OEM key; null where it does: the key of the firmware itself (OEM:DM, Windows 8
 * and later), else any OEM key beside a SLIC table with the Windows marker.
 */
export function firmwareRefusal(
  { firmwareKey, slic }: Pick<MachineState, 'firmwareKey' | 'slic'>,
  keyText: string,
): Hresult | null {
  if (firmwareKey != null && firmwareKey === keyText) return null;
  switch (slic) {
    case 'none':
      return modelError.slicMissing;
    case 'no-marker':
      return modelError.slicMarkerMissing;
    case 'marker':
      return null;
  }
}
