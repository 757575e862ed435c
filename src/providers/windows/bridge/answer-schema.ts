import * as z from 'zod/mini';
import { harmlessText } from '../../../transports/harmless-text';
import { bridgeVersion, type BridgeAnswer, type BridgeRequest, type BridgeValue } from './protocol';

const shortText = z.string().check(z.maxLength(4096));
const nullableText = z.nullable(shortText);
const optionalText = z.optional(nullableText);

const hostSchema = z.object({
  computer: nullableText,
  user: nullableText,
  elevated: z.nullable(z.boolean()),
  languageMode: nullableText,
  powerShell: nullableText,
  system: nullableText,
  now: z.nullable(z.number()),
});

const errorSchema = z.object({
  hresult: z.string().check(z.regex(/^0x[0-9a-fA-F]{8}$/)),
  message: z.string(),
  stage: shortText,
  nativeErrorCode: optionalText,
  messageId: optionalText,
  fqid: z.optional(z.nullable(z.string())),
});

/** What JSON.parse gave is JSON: walking through thousands of values again would only cost time. */
const jsonValue = z.custom<BridgeValue>((value: unknown) => value !== undefined);

const resultSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: jsonValue }),
  z.object({ ok: z.literal(false), error: errorSchema }),
]);

const answerSchema = z.object({
  v: z.literal(bridgeVersion),
  host: hostSchema,
  results: z.array(resultSchema).check(z.maxLength(10_000)),
});

/** Why an answer was refused: for one sentence of a message. */
export class AnswerError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AnswerError';
  }
}

function firstIssue(error: z.core.$ZodError): string {
  const issue = error.issues[0];
  return issue === undefined
    ? 'not the expected shape'
    : `${issue.path.join('.') || 'document'}: ${issue.message}`;
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AnswerError(`the ${what} is not JSON`, { cause });
  }
}

function cleanHost(host: z.infer<typeof hostSchema>): BridgeAnswer['host'] {
  const clean = (text: string | null): string | null => (text === null ? null : harmlessText(text));
  return {
    ...host,
    computer: clean(host.computer),
    user: clean(host.user),
    languageMode: clean(host.languageMode),
    powerShell: clean(host.powerShell),
    system: clean(host.system),
  };
}

function cleanError(error: z.infer<typeof errorSchema>): z.infer<typeof errorSchema> {
  return { ...error, message: harmlessText(error.message), stage: harmlessText(error.stage) };
}

/**
 * The answer of a far side from its JSON text: schema-checked, messages made harmless for a terminal. Throws an
 * {@link AnswerError} that says what is wrong. The size was bounded before, by whoever read it.
 */
export function parseAnswer(text: string): BridgeAnswer {
  const parsed = answerSchema.safeParse(parseJson(text, 'answer'));
  if (!parsed.success) throw new AnswerError(firstIssue(parsed.error));
  const { host, results } = parsed.data;
  return {
    v: bridgeVersion,
    host: cleanHost(host),
    results: results.map((result) => (result.ok ? result : { ok: false, error: cleanError(result.error) })),
  };
}

const text = z.string();
const filterSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('has-product-key') }),
  z.object({ kind: z.literal('id'), id: text }),
]);
const argumentSchema = z.object({
  name: text,
  type: z.enum(['string', 'uint32', 'boolean', 'file']),
  value: z.union([z.string(), z.number(), z.boolean()]),
});
const operationSchema = z.discriminatedUnion('op', [
  z.object({ op: z.literal('query'), class: text, select: z.array(text), filter: filterSchema }),
  z.object({
    op: z.literal('invoke'),
    class: text,
    keyName: text,
    key: text,
    method: text,
    args: z.array(argumentSchema),
  }),
  z.object({ op: z.literal('registry-check-access'), key: text }),
  z.object({ op: z.literal('registry-get'), key: text, value: text }),
  z.object({ op: z.literal('registry-set'), key: text, value: text, data: text }),
  z.object({ op: z.literal('registry-delete'), key: text, value: text }),
  z.object({ op: z.literal('directory-context') }),
  z.object({ op: z.literal('directory-supported') }),
  z.object({ op: z.literal('directory-list') }),
  z.object({ op: z.literal('directory-get'), dn: text }),
  z.object({ op: z.literal('directory-delete'), name: text }),
  z.object({ op: z.literal('signer-certificates'), grants: z.array(text) }),
  z.object({ op: z.literal('signer-sign'), challenge: text, thumbprint: text, pin: text }),
  z.object({ op: z.literal('files-list') }),
  z.object({ op: z.literal('files-read'), path: text }),
]);
const requestSchema = z.object({
  v: z.literal(bridgeVersion),
  steps: z
    .array(
      z.object({
        do: operationSchema,
        onError: z.enum(['stop', 'go-on']),
        accept: z.optional(z.array(z.number())),
      }),
    )
    .check(z.maxLength(10_000)),
});

/** A request from its JSON text, on the far side (an agent, a simulated machine). Throws an {@link AnswerError}. */
export function parseRequest(json: string): BridgeRequest {
  const parsed = requestSchema.safeParse(parseJson(json, 'request'));
  if (!parsed.success) throw new AnswerError(firstIssue(parsed.error));
  return {
    v: bridgeVersion,
    steps: parsed.data.steps.map(({ accept, ...step }) =>
      accept === undefined ? step : { ...step, accept },
    ),
  };
}
