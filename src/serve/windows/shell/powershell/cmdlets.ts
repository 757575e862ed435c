import { setTimeout } from 'node:timers/promises';
import { linesOf } from '../programs/lines';
import { type Dialect, linePattern } from '../programs/line-pattern';
import { NotSimulated } from '../not-simulated';
import { plainText } from './bind';
import { cimCmdlets } from './cim-cmdlets';
import { type Cmdlet } from './cmdlet';
import { fileCmdlets } from './file-cmdlets';
import { printed } from './format';
import { jsonText } from './json';
import { numberOf } from './numbers';
import { objectCmdlets } from './object-cmdlets';
import { registryCmdlets } from './registry-cmdlets';
import { serviceCmdlets } from './service-cmdlets';
import { isList, type Match, textOf } from './values';

const writeOutput: Cmdlet = {
  parameters: { positional: ['inputobject'], rest: 'inputobject', switches: ['noenumerate'] },
  run: ({ input, isPiped, values }) =>
    isPiped ? input : values('inputobject').flatMap((each) => (isList(each) ? each : [each])),
};

const writeHost: Cmdlet = {
  parameters: {
    positional: ['object'],
    rest: 'object',
    named: ['foregroundcolor', 'backgroundcolor', 'separator'],
    switches: ['nonewline'],
  },
  run: ({ io, input, isPiped, values, switches }) => {
    const text = (isPiped ? input : values('object')).map(textOf).join(' ');
    io.out(switches.has('nonewline') ? text : `${text}\r\n`);
    return [];
  },
};

const writeError: Cmdlet = {
  parameters: { positional: ['message'] },
  run: ({ values, fail }) => fail(`Write-Error: ${values('message').map(textOf).join(' ')}`),
};

const silent: Cmdlet = { parameters: { positional: ['inputobject'] }, run: () => [] };

/** What changes nothing on a simulated machine. */
const setting: Cmdlet = {
  parameters: { positional: ['executionpolicy'], named: ['scope', 'version'], switches: ['off', 'force'] },
  run: () => [],
};

const pass: Cmdlet = {
  parameters: { positional: [], switches: ['paging'] },
  run: ({ input, io }) => {
    io.out(printed(input));
    return [];
  },
};

const outString: Cmdlet = {
  parameters: { positional: [], named: ['width'], switches: ['stream'] },
  run: ({ input, switches }) => (switches.has('stream') ? linesOf(printed(input)) : [printed(input)]),
};

const selectString: Cmdlet = {
  parameters: {
    positional: ['pattern'],
    named: ['inputobject'],
    switches: ['simplematch', 'casesensitive', 'notmatch', 'quiet', 'allmatches'],
    constant: ['pattern'],
  },
  check: ({ values, switches }) => {
    const patterns = patternTexts((values.get('pattern') ?? []).map(plainText));
    for (const pattern of patterns) linePattern(pattern, dialect(switches), !switches.has('casesensitive'));
  },
  run: ({ input, values, switches }) => {
    const given = values('inputobject');
    const patterns = patternTexts(values('pattern').map(textOf)).map((text) =>
      linePattern(text, dialect(switches), !switches.has('casesensitive')),
    );
    const found: Match[] = (given.length > 0 ? given : input)
      .flatMap((each) => (isList(each) ? each : [each]))
      .map((each, at) => ({ line: textOf(each), number: at + 1 }))
      .filter(({ line }) => patterns.some((fits) => fits(line)) !== switches.has('notmatch'))
      .map(({ line, number }) => ({
        kind: 'match',
        line,
        number,
        pattern: textOf(values('pattern')[0] ?? null),
      }));
    if (!switches.has('quiet')) return found;
    return found.length > 0 ? [true] : [];
  },
};

function dialect(switches: ReadonlySet<string>): Dialect {
  return switches.has('simplematch') ? 'literal' : 'regex';
}

function patternTexts(texts: readonly (string | null)[]): readonly string[] {
  const known = texts.filter((text) => text !== null);
  if (known.length !== 1 || known.length !== texts.length)
    throw new NotSimulated('Select-String without one pattern that is written out');
  return known;
}

const convertToJson: Cmdlet = {
  parameters: {
    positional: ['inputobject'],
    named: ['depth'],
    switches: ['compress'],
    whole: ['inputobject'],
  },
  run: ({ input, isPiped, values, switches }) => {
    const [given = null] = values('inputobject');
    const value = isPiped ? (input.length === 1 ? (input[0] ?? null) : input) : given;
    if (isPiped && input.length === 0) return [];
    const depth = Math.min(100, numberOf(values('depth')[0] ?? 2));
    return [jsonText(value, { depth, compress: switches.has('compress') })];
  },
};

/** Longest time that a script may sleep in one go, seconds. */
const longestSleep = 60;

const startSleep: Cmdlet = {
  parameters: { positional: ['seconds'], named: ['milliseconds'] },
  check: ({ values }) => {
    const [seconds] = values.get('seconds') ?? [];
    const text = seconds === undefined ? '0' : plainText(seconds);
    if (text === null || Number.isNaN(Number(text)) || Number(text) > longestSleep)
      throw new NotSimulated(`Start-Sleep but for up to ${longestSleep} seconds that are written out`);
  },
  run: async ({ process, values }) => {
    const seconds = numberOf(values('seconds')[0] ?? 0) + numberOf(values('milliseconds')[0] ?? 0) / 1000;
    const { signal } = process.machine;
    await setTimeout(
      Math.min(longestSleep, Math.max(0, seconds)) * 1000,
      undefined,
      signal === undefined ? {} : { signal },
    );
    return [];
  },
};

const writeWarning: Cmdlet = {
  parameters: { positional: ['message'] },
  run: ({ io, values }) => {
    io.out(`WARNING: ${values('message').map(textOf).join(' ')}\r\n`);
    return [];
  },
};

const getVariable: Cmdlet = {
  parameters: { positional: ['name'], switches: ['valueonly'], constant: ['name'] },
  run: ({ values, variable, fail }) => {
    const name = textOf(values('name')[0] ?? '').toLowerCase();
    const value = variable(name);
    return value === null ? fail(`Get-Variable : Cannot find a variable with the name '${name}'.`) : [value];
  },
};

/** The cmdlets of a simulated machine, by name. */
export const cmdlets: ReadonlyMap<string, Cmdlet> = new Map<string, Cmdlet>([
  ...fileCmdlets,
  ...serviceCmdlets,
  ...objectCmdlets,
  ...cimCmdlets,
  ...registryCmdlets,
  ['write-output', writeOutput],
  ['write-host', writeHost],
  ['write-error', writeError],
  ['write-verbose', silent],
  ['out-null', silent],
  ['out-host', pass],
  ['out-default', pass],
  ['out-string', outString],
  ['select-string', selectString],
  ['convertto-json', convertToJson],
  ['start-sleep', startSleep],
  ['write-warning', writeWarning],
  ['write-debug', silent],
  ['get-variable', getVariable],
  ['set-strictmode', setting],
  ['set-executionpolicy', setting],
]);

/** Short names of cmdlets, those that are not simulated included. */
export const cmdletAliases: ReadonlyMap<string, string> = new Map(
  `echo=write-output write=write-output sls=select-string where=where-object ?=where-object %=foreach-object
  foreach=foreach-object select=select-object gv=get-variable cd=set-location chdir=set-location sl=set-location
  pwd=get-location gl=get-location cat=get-content gc=get-content type=get-content ac=add-content sc=set-content
  del=remove-item erase=remove-item rd=remove-item ri=remove-item rm=remove-item rmdir=remove-item ni=new-item
  mkdir=new-directory md=new-directory copy=copy-item cp=copy-item cpi=copy-item move=move-item mv=move-item
  mi=move-item ren=rename-item rni=rename-item dir=get-childitem ls=get-childitem gci=get-childitem sort=sort-object
  set=set-variable sv=set-variable start=start-process saps=start-process sleep=start-sleep ps=get-process
  gps=get-process kill=stop-process gwmi=get-wmiobject iwmi=invoke-wmimethod gcim=get-ciminstance
  icim=invoke-cimmethod curl=invoke-webrequest wget=invoke-webrequest iwr=invoke-webrequest irm=invoke-restmethod
  iex=invoke-expression icm=invoke-command measure=measure-object group=group-object ft=format-table
  fl=format-list fw=format-wide gsv=get-service sasv=start-service spsv=stop-service gp=get-itemproperty
  sp=set-itemproperty gi=get-item tee=tee-object cls=clear-host clear=clear-host h=get-history
  diff=compare-object compare=compare-object gm=get-member gcm=get-command ipmo=import-module`
    .split(/\s+/)
    .map((pair): [string, string] => {
      const [alias = '', name = ''] = pair.split('=');
      return [alias, name];
    }),
);
