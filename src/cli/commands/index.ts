/* eslint-disable @typescript-eslint/no-require-imports -- commands load at first use; import() would make every start
   wait for a turn of the event loop */
import { commandsOf } from '../framework/lazy-command';
import type * as Agent from './agent';
import type * as Apply from './apply';
import type * as Check from './check';
import type * as CheckConnection from './check-connection';
import type * as Completion from './completion';
import type * as Discover from './discover';
import type * as Explain from './explain';
import type * as FleetAdminister from './fleet/administer';
import type * as FleetDiscoverAd from './fleet/discover-ad';
import type * as FleetDiscoverDns from './fleet/discover-dns';
import type * as FleetDiscoverInventory from './fleet/discover-inventory';
import type * as FleetDiscoverRange from './fleet/discover-range';
import type * as FleetExchange from './fleet/exchange';
import type * as FleetFindings from './fleet/findings';
import type * as FleetHistory from './fleet/history';
import type * as FleetList from './fleet/list';
import type * as FleetProxy from './fleet/proxy';
import type * as FleetReport from './fleet/report';
import type * as FleetRuns from './fleet/runs';
import type * as FleetScan from './fleet/scan';
import type * as FleetShow from './fleet/show';
import type * as FleetWorker from './fleet/worker';
import type * as FleetWorkers from './fleet/workers';
import type * as ForecastExamples from './forecast/examples';
import type * as ForecastForecast from './forecast/forecast';
import type * as ForecastInit from './forecast/init';
import type * as Help from './help';
import type * as Keys from './keys';
import type * as KmsClient from './kms/client';
import type * as KmsLoad from './kms/load';
import type * as KmsRecords from './kms/records';
import type * as KmsServe from './kms/serve';
import type * as KmsStatus from './kms/status';
import type * as LabAccount from './lab/account';
import type * as LabAdd from './lab/add';
import type * as LabClock from './lab/clock';
import type * as LabDemo from './lab/demo';
import type * as LabDns from './lab/dns';
import type * as LabDnsServer from './lab/dns-server';
import type * as LabEvents from './lab/events';
import type * as LabExec from './lab/exec';
import type * as LabImage from './lab/image';
import type * as LabInit from './lab/init';
import type * as LabInstall from './lab/install';
import type * as LabKeys from './lab/keys';
import type * as LabList from './lab/list';
import type * as LabPower from './lab/power';
import type * as LabRegistry from './lab/registry';
import type * as LabServe from './lab/serve';
import type * as LabSet from './lab/set';
import type * as LabSettings from './lab/settings';
import type * as LabShow from './lab/show';
import type * as LabToken from './lab/token';
import type * as LabTransfer from './lab/transfer';
import type * as LabWatch from './lab/watch';
import type * as Plan from './plan';
import type * as Snapshot from './snapshot';
import type * as Targets from './targets';

/**
 * Every subcommand, in the order of help and documentation: what users type comes first, plumbing last. A new one is a
 * file of its own and a line here. A line of the program pays for the command that it runs, and not for the others.
 */
export const commands = commandsOf({
  check: () => (require('./check') as typeof Check).check,
  keys: () => (require('./keys') as typeof Keys).keys,
  explain: () => (require('./explain') as typeof Explain).explain,
  snapshot: () => (require('./snapshot') as typeof Snapshot).snapshot,
  targets: () => (require('./targets') as typeof Targets).targets,
  plan: () => (require('./plan') as typeof Plan).plan,
  'plan show': () => (require('./plan') as typeof Plan).planShow,
  apply: () => (require('./apply') as typeof Apply).apply,
  'check-connection': () => (require('./check-connection') as typeof CheckConnection).checkConnection,
  discover: () => (require('./discover') as typeof Discover).discover,
  'fleet scan': () => (require('./fleet/scan') as typeof FleetScan).fleetScan,
  'fleet discover ad': () => (require('./fleet/discover-ad') as typeof FleetDiscoverAd).fleetDiscoverAd,
  'fleet discover dns': () => (require('./fleet/discover-dns') as typeof FleetDiscoverDns).fleetDiscoverDns,
  'fleet discover range': () =>
    (require('./fleet/discover-range') as typeof FleetDiscoverRange).fleetDiscoverRange,
  'fleet discover inventory': () =>
    (require('./fleet/discover-inventory') as typeof FleetDiscoverInventory).fleetDiscoverInventory,
  'fleet list': () => (require('./fleet/list') as typeof FleetList).fleetList,
  'fleet show': () => (require('./fleet/show') as typeof FleetShow).fleetShow,
  'fleet findings': () => (require('./fleet/findings') as typeof FleetFindings).fleetFindings,
  'fleet report': () => (require('./fleet/report') as typeof FleetReport).fleetReport,
  'fleet history': () => (require('./fleet/history') as typeof FleetHistory).fleetHistory,
  'fleet runs': () => (require('./fleet/runs') as typeof FleetRuns).fleetRuns,
  'fleet worker': () => (require('./fleet/worker') as typeof FleetWorker).fleetWorker,
  'fleet workers': () => (require('./fleet/workers') as typeof FleetWorkers).fleetWorkers,
  'fleet tag': () => (require('./fleet/administer') as typeof FleetAdminister).fleetTag,
  'fleet forget': () => (require('./fleet/administer') as typeof FleetAdminister).fleetForget,
  'fleet merge': () => (require('./fleet/administer') as typeof FleetAdminister).fleetMerge,
  'fleet split': () => (require('./fleet/administer') as typeof FleetAdminister).fleetSplit,
  'fleet export': () => (require('./fleet/exchange') as typeof FleetExchange).fleetExport,
  'fleet import': () => (require('./fleet/exchange') as typeof FleetExchange).fleetImport,
  'fleet proxy collect': () => (require('./fleet/proxy') as typeof FleetProxy).fleetProxyCollect,
  'fleet proxy fill': () => (require('./fleet/proxy') as typeof FleetProxy).fleetProxyFill,
  'fleet proxy apply': () => (require('./fleet/proxy') as typeof FleetProxy).fleetProxyApply,
  forecast: () => (require('./forecast/forecast') as typeof ForecastForecast).forecast,
  'forecast init': () => (require('./forecast/init') as typeof ForecastInit).forecastInit,
  'forecast examples': () => (require('./forecast/examples') as typeof ForecastExamples).forecastExamples,
  'lab init': () => (require('./lab/init') as typeof LabInit).labInit,
  'lab add': () => (require('./lab/add') as typeof LabAdd).labAdd,
  'lab install': () => (require('./lab/install') as typeof LabInstall).labInstall,
  'lab list': () => (require('./lab/list') as typeof LabList).labList,
  'lab show': () => (require('./lab/show') as typeof LabShow).labShow,
  'lab stop': () => (require('./lab/power') as typeof LabPower).labStop,
  'lab start': () => (require('./lab/power') as typeof LabPower).labStart,
  'lab restart': () => (require('./lab/power') as typeof LabPower).labRestart,
  'lab remove': () => (require('./lab/image') as typeof LabImage).labRemove,
  'lab set': () => (require('./lab/set') as typeof LabSet).labSet,
  'lab sysprep': () => (require('./lab/image') as typeof LabImage).labSysprep,
  'lab clone': () => (require('./lab/image') as typeof LabImage).labClone,
  'lab hardware-change': () => (require('./lab/image') as typeof LabImage).labHardwareChange,
  'lab registry': () => (require('./lab/registry') as typeof LabRegistry).labRegistry,
  'lab settings': () => (require('./lab/settings') as typeof LabSettings).labSettings,
  'lab dns': () => (require('./lab/dns-server') as typeof LabDnsServer).labDns,
  'lab dns records': () => (require('./lab/dns') as typeof LabDns).labDnsRecords,
  'lab dns add': () => (require('./lab/dns') as typeof LabDns).labDnsAdd,
  'lab dns remove': () => (require('./lab/dns') as typeof LabDns).labDnsRemove,
  'lab mint-key': () => (require('./lab/keys') as typeof LabKeys).labMintKey,
  'lab confirm': () => (require('./lab/keys') as typeof LabKeys).labConfirm,
  'lab mint-token': () => (require('./lab/token') as typeof LabToken).labMintToken,
  'lab clock': () => (require('./lab/clock') as typeof LabClock).labClock,
  'lab clock advance': () => (require('./lab/clock') as typeof LabClock).labClockAdvance,
  'lab clock set': () => (require('./lab/clock') as typeof LabClock).labClockSet,
  'lab clock hold': () => (require('./lab/clock') as typeof LabClock).labClockHold,
  'lab clock run': () => (require('./lab/clock') as typeof LabClock).labClockRun,
  'lab events': () => (require('./lab/events') as typeof LabEvents).labEvents,
  'lab watch': () => (require('./lab/watch') as typeof LabWatch).labWatch,
  'lab exec': () => (require('./lab/exec') as typeof LabExec).labExec,
  'lab export': () => (require('./lab/transfer') as typeof LabTransfer).labExport,
  'lab import': () => (require('./lab/transfer') as typeof LabTransfer).labImport,
  'lab demo': () => (require('./lab/demo') as typeof LabDemo).labDemo,
  'lab account add': () => (require('./lab/account') as typeof LabAccount).labAccountAdd,
  'lab account list': () => (require('./lab/account') as typeof LabAccount).labAccountList,
  'lab account remove': () => (require('./lab/account') as typeof LabAccount).labAccountRemove,
  'lab serve': () => (require('./lab/serve') as typeof LabServe).labServe,
  'kms serve': () => (require('./kms/serve') as typeof KmsServe).kmsServe,
  'kms status': () => (require('./kms/status') as typeof KmsStatus).kmsStatus,
  'kms client': () => (require('./kms/client') as typeof KmsClient).kmsClient,
  'kms load': () => (require('./kms/load') as typeof KmsLoad).kmsLoad,
  'kms dns-record': () => (require('./kms/records') as typeof KmsRecords).kmsDnsRecord,
  'kms unpublish': () => (require('./kms/records') as typeof KmsRecords).kmsUnpublish,
  help: () => (require('./help') as typeof Help).help,
  version: () => (require('./help') as typeof Help).versionCommand,
  completion: () => (require('./completion') as typeof Completion).completion,
  agent: () => (require('./agent') as typeof Agent).agent,
});
