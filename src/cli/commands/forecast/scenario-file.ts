import { decodeText, readFileUpTo } from '../../../transports/local/bounded-file';
import { systemReason } from '../../../transports/local/system-reason';
import type { CommandContext } from '../../framework/command';
import { Refusal } from '../../refusal';

/** Far more than a scenario has in earnest. */
const greatestBytes = 16 * 1024 * 1024;

/** The text of a scenario's file, or of standard input for `-`. @throws Refusal where it cannot be read */
export async function scenarioText(
  file: string,
  { console }: Pick<CommandContext, 'console'>,
): Promise<string> {
  if (file === '-') return console.readInput(greatestBytes);
  try {
    return decodeText(readFileUpTo(file, greatestBytes));
  } catch (error) {
    throw new Refusal(`${file} cannot be read: ${systemReason(error)}.`, { cause: error });
  }
}
