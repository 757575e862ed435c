import type { Command } from '../framework/command';
import { agent } from './agent';
import { apply } from './apply';
import { check } from './check';
import { checkConnection } from './check-connection';
import { completion } from './completion';
import { discover } from './discover';
import { explain } from './explain';
import { fleetForget, fleetMerge, fleetSplit, fleetTag } from './fleet/administer';
import { fleetDiscoverAd } from './fleet/discover-ad';
import { fleetDiscoverDns } from './fleet/discover-dns';
import { fleetDiscoverInventory } from './fleet/discover-inventory';
import { fleetDiscoverRange } from './fleet/discover-range';
import { fleetExport, fleetImport } from './fleet/exchange';
import { fleetFindings } from './fleet/findings';
import { fleetHistory } from './fleet/history';
import { fleetProxyApply, fleetProxyCollect, fleetProxyFill } from './fleet/proxy';
import { fleetRuns } from './fleet/runs';
import { fleetList } from './fleet/list';
import { fleetReport } from './fleet/report';
import { fleetScan } from './fleet/scan';
import { fleetShow } from './fleet/show';
import { fleetWorker } from './fleet/worker';
import { fleetWorkers } from './fleet/workers';
import { forecastExamples } from './forecast/examples';
import { forecast } from './forecast/forecast';
import { forecastInit } from './forecast/init';
import { help, versionCommand } from './help';
import { keys } from './keys';
import { kmsClient } from './kms/client';
import { kmsLoad } from './kms/load';
import { kmsDnsRecord, kmsUnpublish } from './kms/records';
import { kmsServe } from './kms/serve';
import { kmsStatus } from './kms/status';
import { labAccountAdd, labAccountList, labAccountRemove } from './lab/account';
import { labAdd } from './lab/add';
import { labClock, labClockAdvance, labClockHold, labClockRun, labClockSet } from './lab/clock';
import { labDemo } from './lab/demo';
import { labDnsAdd, labDnsRecords, labDnsRemove } from './lab/dns';
import { labDns } from './lab/dns-server';
import { labEvents } from './lab/events';
import { labExec } from './lab/exec';
import { labClone, labHardwareChange, labRemove, labSysprep } from './lab/image';
import { labInit } from './lab/init';
import { labInstall } from './lab/install';
import { labConfirm, labMintKey } from './lab/keys';
import { labList } from './lab/list';
import { labRestart, labStart, labStop } from './lab/power';
import { labRegistry } from './lab/registry';
import { labServe } from './lab/serve';
import { labSet } from './lab/set';
import { labSettings } from './lab/settings';
import { labShow } from './lab/show';
import { labMintToken } from './lab/token';
import { labExport, labImport } from './lab/transfer';
import { labWatch } from './lab/watch';
import { plan, planShow } from './plan';
import { snapshot } from './snapshot';
import { targets } from './targets';

/**
 * Every subcommand, in the order of help and documentation: what users type comes first, plumbing last. A new one is a
 * file of its own and a line here.
 */
export const commands: readonly Command[] = [
  check,
  keys,
  explain,
  snapshot,
  targets,
  plan,
  planShow,
  apply,
  checkConnection,
  discover,
  fleetScan,
  fleetDiscoverAd,
  fleetDiscoverDns,
  fleetDiscoverRange,
  fleetDiscoverInventory,
  fleetList,
  fleetShow,
  fleetFindings,
  fleetReport,
  fleetHistory,
  fleetRuns,
  fleetWorker,
  fleetWorkers,
  fleetTag,
  fleetForget,
  fleetMerge,
  fleetSplit,
  fleetExport,
  fleetImport,
  fleetProxyCollect,
  fleetProxyFill,
  fleetProxyApply,
  forecast,
  forecastInit,
  forecastExamples,
  labInit,
  labAdd,
  labInstall,
  labList,
  labShow,
  labStop,
  labStart,
  labRestart,
  labRemove,
  labSet,
  labSysprep,
  labClone,
  labHardwareChange,
  labRegistry,
  labSettings,
  labDns,
  labDnsRecords,
  labDnsAdd,
  labDnsRemove,
  labMintKey,
  labConfirm,
  labMintToken,
  labClock,
  labClockAdvance,
  labClockSet,
  labClockHold,
  labClockRun,
  labEvents,
  labWatch,
  labExec,
  labExport,
  labImport,
  labDemo,
  labAccountAdd,
  labAccountList,
  labAccountRemove,
  labServe,
  kmsServe,
  kmsStatus,
  kmsClient,
  kmsLoad,
  kmsDnsRecord,
  kmsUnpublish,
  help,
  versionCommand,
  completion,
  agent,
];
