import { printableJson } from '../../transports/harmless-text';
import { formatHresult, type Hresult } from '../../licensing/hresult';

/** Name and version of the JSON document; the number rises when a field changes its meaning or goes away. */
export const documentSchema = 'slmgr.result/1';

/** What every --json answer is, whichever grammar asked. */
export interface ResultDocument {
  readonly schema: typeof documentSchema;
  /** The verb ("dlv") or the subcommand ("lab add"). */
  readonly verb: string | null;
  readonly target: { readonly kind: string; readonly machine: string } | null;
  readonly ok: boolean;
  /** Status that this process ends with. */
  readonly exitCode: number;
  /** "0xC004F074", or null. */
  readonly hresult: string | null;
  readonly messages: readonly string[];
  readonly data: unknown;
}

/** Makes a document; one line of text with its line feed. */
export function documentLine(
  facts: Omit<ResultDocument, 'schema' | 'hresult'> & { readonly hresult: Hresult | null },
): string {
  const { verb, target, ok, exitCode, hresult, messages, data } = facts;
  const document: ResultDocument = {
    schema: documentSchema,
    verb,
    target,
    ok,
    exitCode,
    hresult: hresult === null ? null : formatHresult(hresult),
    messages,
    data,
  };
  return `${printableJson(document)}\n`;
}
