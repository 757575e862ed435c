import { optionTexts, type OptionText, type OptionValue } from './option-texts';
import type { OptionName } from './options';

function words(...all: readonly string[]): OptionValue {
  return { kind: 'words', words: all };
}

/** What differs from the option's own text where one command takes it, by option and command. */
const different: Readonly<
  Partial<Record<OptionName, Readonly<Record<string, Readonly<Partial<OptionText>>>>>>
> = {
  format: {
    check: {
      summary: 'For which monitoring system',
      value: words('nagios', 'checkmk', 'prometheus'),
      default: 'nagios',
    },
    'fleet report': {
      summary: 'Which form the report has',
      value: words('html', 'csv', 'json', 'text'),
      default: "as the name of --out's file ends (html for one without an ending), else text",
    },
    'fleet export': {
      summary: 'A table, or lines of JSON',
      value: words('csv', 'ndjson'),
      default: "as the name of --out's file ends, else csv",
    },
    'fleet import': {
      summary: 'What the file is',
      value: words('csv', 'ndjson'),
      default: 'told by its content',
    },
  },
  product: {
    'kms load': {
      summary: 'Product of the clients, as "slmgr keys" lists it',
      default: 'Windows 7 Enterprise',
    },
  },
  domain: {
    'lab init': { summary: 'DNS domain of the estate', default: 'lab.example' },
    'lab add': { default: 'that of the estate' },
  },
  force: {
    'lab registry': { summary: 'Write a value that the service does not know' },
  },
  yes: {
    apply: { summary: 'Do not ask: the changes are meant' },
    'fleet proxy apply': { summary: 'Do not ask: the activations are meant' },
    'fleet forget': { summary: 'Do not ask: the history of several machines may go' },
  },
  last: {
    'lab events': { summary: 'Only the last ones; -n N as well' },
    'fleet show': { summary: 'So many changes, the last ones', default: '20' },
    'fleet runs': { summary: 'So many runs, the last ones', default: '50' },
    'fleet history': {
      summary: 'So many changes, the last ones',
      value: { kind: 'number', least: 1, most: 10_000_000 },
      default: '1000',
    },
  },
  out: {
    'fleet proxy collect': { summary: 'The file that is carried away', default: null },
    plan: { summary: 'Save the plan in FILE, for "slmgr apply" and "slmgr plan show"', default: null },
    'forecast init': { summary: 'Write the scenario to FILE' },
    snapshot: {
      summary: 'Write the snapshot to FILE; of many machines, the folder in which each has its file',
      default: 'standard output',
    },
    'fleet report': { summary: 'Write the report to FILE, whole or not at all' },
  },
  server: {
    'lab dns': { summary: 'DNS server that the estate publishes to and asks', default: null },
  },
  duration: {
    'kms load': { summary: 'How long to ask', default: '5s' },
    'lab watch': { default: 'until a signal' },
  },
  rate: {
    'kms load': {
      value: { kind: 'number', least: 1, most: 1_000_000, unit: 'requests per second' },
      default: 'as fast as the host answers',
    },
    'fleet discover range': {
      value: { kind: 'number', least: 1, most: 10_000, unit: 'connections per second' },
      default: '250',
    },
  },
};

/** What is said of an option where a command takes it. */
export function optionTextOf(name: OptionName, command: string | null): OptionText {
  const own = command === null ? undefined : different[name]?.[command];
  return { ...optionTexts[name], ...own };
}

/** The commands with words of their own for an option. */
export function commandsWithOwnText(): readonly (readonly [option: OptionName, command: string])[] {
  return Object.entries(different).flatMap(([option, commands]) =>
    Object.keys(commands).map((command) => [option as OptionName, command] as const),
  );
}
