/**
 * What the licensing script of a generation of Windows prints in its own way. Text of this program is the one of Windows 8.1,
 * Server 2012 R2 and later; a simulated machine of an older generation prints its own where a script runs on it.
 */
export interface ScriptGeneration {
  /** Version in the script host's banner. */
  readonly host: string;
  /** Its copyright line. */
  readonly hostCopyright: string;
  /** Begun days count as whole ones; otherwise only whole days count. */
  readonly countsBegunDays: boolean;
  readonly hasChannel: boolean;
  /** Rearm counts: none; that of Windows, for Office as well; or each product's own beside those of its licence. */
  readonly rearmCounts: 'none' | 'windows' | 'own';
  readonly hasTrustedTime: boolean;
  readonly hasActivationType: boolean;
  /** The heading of what a product knows about its last activation. */
  readonly hasRecentHeading: boolean;
  readonly hasLookupDomain: boolean;
  readonly hasHostAddress: boolean;
  readonly hasHostCaching: boolean;
  /** The lines about a subscription. */
  readonly hasSubscription: boolean;
  /** The requests that a KMS host counted by the states of its clients. */
  readonly hasRequestCounts: boolean;
  /** `four`: four certificate URLs, empty ones too, and no validation URL. */
  readonly urls: 'four' | 'filled';
  /** Options of its own whose words are in no source. */
  readonly unsourced: readonly string[];
  /** Sentences for errors that were worded otherwise. */
  readonly sentences: Readonly<Record<number, string>>;
}

/** The script of Windows 8.1, Server 2012 R2 and everything later. */
export const currentScript: ScriptGeneration = {
  host: '5.812',
  hostCopyright: 'Copyright (C) Microsoft Corporation. All rights reserved.',
  countsBegunDays: true,
  hasChannel: true,
  rearmCounts: 'own',
  hasTrustedTime: true,
  hasActivationType: true,
  hasRecentHeading: true,
  hasLookupDomain: true,
  hasHostAddress: true,
  hasHostCaching: true,
  hasSubscription: true,
  hasRequestCounts: true,
  urls: 'filled',
  unsourced: [],
  sentences: {},
};

/** From Windows 8.1 to Windows 10 and Server 2022 it knew nothing of subscriptions. */
const withoutSubscription: ScriptGeneration = { ...currentScript, hasSubscription: false };

const windows8: ScriptGeneration = {
  ...withoutSubscription,
  hasChannel: false,
  rearmCounts: 'windows',
  hasHostAddress: false,
  unsourced: ['stao', 'ctao'],
};

const windows7: ScriptGeneration = {
  ...windows8,
  host: '5.8',
  countsBegunDays: false,
  hasActivationType: false,
  hasRecentHeading: false,
  hasLookupDomain: false,
  urls: 'four',
  sentences: {
    0xc004f074:
      'The Software Licensing Service reported that the computer could not be activated. The Key Management Service (KMS) is unavailable',
  },
};

const vista: ScriptGeneration = {
  ...windows7,
  host: '5.7',
  rearmCounts: 'none',
  hasTrustedTime: false,
  hasHostCaching: false,
  unsourced: [],
};

/** The script of the KMS add-on for Server 2003; the rest of its text is in no source and taken to be Vista's. */
const server2003: ScriptGeneration = {
  ...vista,
  host: '5.6',
  hostCopyright: 'Copyright (C) Microsoft Corporation 1996-2001. All rights reserved.',
  hasRequestCounts: false,
};

const older: Readonly<Record<string, ScriptGeneration>> = {
  '5.2': server2003,
  '6.0': vista,
  '6.1': windows7,
  '6.2': windows8,
  '6.3': withoutSubscription,
};

/** First build of Windows 11 and Server 2025 of which machines of the laboratory are; they play the newest script. */
const newestBuild = 26_100;

/** The script of the Windows of a version such as `6.1.7601.17514`; that of today for none and for later ones. */
export function scriptOf(version: string | null): ScriptGeneration {
  const [major = '', minor = '', build = ''] = (version ?? '').split('.');
  if (major === '10' && Number(build) < newestBuild) return withoutSubscription;
  return older[`${major}.${minor}`] ?? currentScript;
}

/** What is said of an option of a generation's script that cannot be played; null for every other line. */
export function unsourcedOption(script: ScriptGeneration, words: readonly string[]): string | null {
  const option = words.find((word) => /^[-/]/.test(word)) ?? '';
  if (!script.unsourced.includes(option.slice(1).toLowerCase())) return null;
  const instead = /^.stao$/i.test(option) ? '/act-type 3' : '/act-type 0';
  return (
    `slmgr: ${option} of this machine's script is not simulated: what it prints is in no source. Nothing was done; ` +
    `${instead} does what it does.\n`
  );
}
