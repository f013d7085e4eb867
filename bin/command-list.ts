import type { CommandFile } from './command.ts';

/** A command as the help of the program lists it; its file is loaded when it is typed. */
export interface ListedCommand {
  readonly name: string;
  /** The same sentence as the command's own description; a test compares them. */
  readonly says: string;
  readonly load: () => Promise<CommandFile>;
}

/**
 * In the order of the help. Loading all of them takes longer than most commands do, so that only what was typed is
 * loaded.
 */
export const COMMANDS: readonly ListedCommand[] = [
  {
    name: 'promises',
    says: 'every promise: broken, kept, exceeded and unclear, with intervals and trend',
    load: async () => (await import('./commands/promises.ts')).promises,
  },
  {
    name: 'reclassify',
    says: 'judge stored mentions by the classifier and promises of now, then switch',
    load: async () => (await import('./commands/reclassify.ts')).reclassify,
  },
  {
    name: 'mentions',
    says: 'list, show or relabel what was said',
    load: async () => (await import('./commands/mentions.ts')).mentions,
  },
  {
    name: 'incidents',
    says: 'trends followed from opened to recovered: list, show, acknowledge, snooze, close',
    load: async () => (await import('./commands/incidents.ts')).incidents,
  },
  {
    name: 'trends',
    says: '63 days of a series: baseline, windows and the decision in numbers',
    load: async () => (await import('./commands/trends.ts')).trends,
  },
  {
    name: 'backtest',
    says: 'which mails the daily checks of the past would have sent',
    load: async () => (await import('./commands/backtest.ts')).backtest,
  },
  {
    name: 'sources',
    says: 'every source: how its reads go and what it said',
    load: async () => (await import('./commands/sources.ts')).sources,
  },
  {
    name: 'coverage',
    says: 'which sources the last check could use, and what the counts leave out',
    load: async () => (await import('./commands/sources.ts')).coverage,
  },
  {
    name: 'preview',
    says: 'the next digest from the data as it is: show it, write every kind, or mail it once',
    load: async () => (await import('./commands/preview.ts')).preview,
  },
  {
    name: 'sends',
    says: 'which digests were made, and what became of each mail',
    load: async () => (await import('./commands/sends.ts')).sends,
  },
  {
    name: 'resume',
    says: 'mail a person again who is paused after a bounce or a complaint',
    load: async () => (await import('./commands/resume.ts')).resume,
  },
  {
    name: 'test-channel',
    says: 'send a test to a channel, or to the address of a recipient',
    load: async () => (await import('./commands/test-channel.ts')).testChannel,
  },
  {
    name: 'action',
    says: 'note what you did, and see what changed',
    load: async () => (await import('./commands/action.ts')).action,
  },
  {
    name: 'case',
    says: 'take care of single mentions: open a case, fix it, list what is open',
    load: async () => (await import('./commands/case.ts')).caseCommand,
  },
  {
    name: 'outage',
    says: 'announce days on which a source cannot be read: add, list, withdraw',
    load: async () => (await import('./commands/outage.ts')).outage,
  },
  {
    name: 'sync',
    says: 'copy the store into a local SQLite file, or bring the copy up to date',
    load: async () => (await import('./commands/sync.ts')).sync,
  },
  {
    name: 'sql',
    says: 'ask the local copy in SQL, read-only',
    load: async () => (await import('./commands/sql.ts')).sql,
  },
  {
    name: 'export',
    says: 'write mentions, or another view, to a file for DuckDB, pandas or a spreadsheet',
    load: async () => (await import('./commands/export.ts')).exportFile,
  },
  {
    name: 'ui',
    says: 'pages for your browser, on this machine only; or one file to share',
    load: async () => (await import('./commands/ui.ts')).ui,
  },
  {
    name: 'init',
    says: 'ask what to watch and write promisewatch.yaml',
    load: async () => (await import('./commands/init.ts')).init,
  },
  {
    name: 'config',
    says: 'check promisewatch.yaml, or print its JSON Schema',
    load: async () => (await import('./commands/config.ts')).config,
  },
  {
    name: 'estimate',
    says: 'what this configuration will cost a month, per service, before it is deployed',
    load: async () => (await import('./commands/estimate.ts')).estimate,
  },
  {
    name: 'doctor',
    says: 'what AWS still needs, before and after a deployment; changes nothing',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    name: 'deploy',
    says: 'make or update the stacks, then apply the configuration',
    load: async () => (await import('./commands/deploy.ts')).deploy,
  },
  {
    name: 'apply',
    says: 'store brands, promises, sources and recipients as the current configuration',
    load: async () => (await import('./commands/apply.ts')).apply,
  },
  {
    name: 'import',
    says: 'queue the mentions of an export: CSV, JSON, or one JSON object per line',
    load: async () => (await import('./commands/import.ts')).importFile,
  },
  {
    name: 'backfill',
    says: 'read sources once more, as far into the past as each can be read',
    load: async () => (await import('./commands/backfill.ts')).backfillCommand,
  },
  {
    name: 'status',
    says: 'red alarms, last runs, queues, sources in trouble, digests that wait',
    load: async () => (await import('./commands/status.ts')).status,
  },
  {
    name: 'redrive',
    says: 'send what was given up round again, after its cause was removed',
    load: async () => (await import('./commands/redrive.ts')).redrive,
  },
  {
    name: 'forget',
    says: 'erase what a person wrote: text, versions and quotes; a re-read cannot bring it back',
    load: async () => (await import('./commands/forget.ts')).forget,
  },
  {
    name: 'secrets',
    says: 'keys of sources and channels, kept in SSM',
    load: async () => (await import('./commands/secrets.ts')).secrets,
  },
  {
    name: 'destroy',
    says: 'remove functions, queues and alarms; keeps all data unless told otherwise',
    load: async () => (await import('./commands/destroy.ts')).destroy,
  },
  {
    name: 'completions',
    says: 'print completions for your shell',
    load: async () => (await import('./commands/completions.ts')).completions,
  },
];

/** Commands whose own work is with the whole tree. */
const NEEDS_ALL = new Set(['completions']);

/** The names that the typed words can mean: the others are only listed. */
export function isTyped(name: string, argv: readonly string[]): boolean {
  const words = argv.filter((word) => !word.startsWith('-'));
  const [first, second] = words;
  if (first !== undefined && NEEDS_ALL.has(first)) return true;
  return first === 'help' ? second === name : first === name;
}
