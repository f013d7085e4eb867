import type { Command } from 'commander';
import { Option } from 'commander';

/** Where the data is. */
export interface PlaceFlags {
  readonly local?: boolean;
  readonly data?: string;
  readonly stack?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly config?: string;
  readonly brand?: string;
  readonly verbose?: boolean;
}

/** Which mentions, as typed. */
export interface FilterFlags {
  readonly promise?: string | undefined;
  readonly verdict?: string | undefined;
  readonly sentiment?: string | undefined;
  readonly source?: string | undefined;
  readonly rating?: string | undefined;
  readonly language?: string | undefined;
  readonly population?: string | undefined;
  readonly dimension?: string | undefined;
  readonly signal?: string | undefined;
  readonly counted?: string | undefined;
  readonly text?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** Names of the filters, the same as flags and in the addresses of the pages. */
export const FILTER_NAMES = [
  'since',
  'until',
  'promise',
  'verdict',
  'sentiment',
  'source',
  'rating',
  'language',
  'population',
  'dimension',
  'signal',
  'counted',
  'text',
] as const satisfies readonly (keyof FilterFlags)[];

/** The filters among flags. */
export function filterFlags(flags: FilterFlags): FilterFlags {
  return Object.fromEntries(
    FILTER_NAMES.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])),
  );
}

export interface OutputFlags {
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly csv?: boolean;
  readonly tsv?: boolean;
  readonly parquet?: string;
  /** False after --no-color. */
  readonly color?: boolean;
}

const WHERE = 'Where the data is:';
const WHICH = 'Which mentions:';
const HOW = 'How it is printed:';

export function withPlace(command: Command): Command {
  const add = (flags: string, text: string) =>
    command.addOption(new Option(flags, text).helpGroup(WHERE));
  add('--local', 'of a local run on this machine');
  add('--data <dir>', "the local run's folder; implies --local (default: .promisewatch/northbell)");
  add('--stack <name>', 'of a deployed stack (default: promisewatch.yaml)');
  add('--region <region>', 'where the stack is (default: promisewatch.yaml)');
  add('--profile <name>', 'AWS profile to use');
  add('--config <file>', 'file that names stack and region (default: promisewatch.yaml)');
  add('--brand <id>', 'which brand (default: the only one)');
  add('-v, --verbose', 'say on stderr where the data comes from');
  return command;
}

export function withPeriod(command: Command, since: string): Command {
  const add = (flags: string, text: string) =>
    command.addOption(new Option(flags, text).helpGroup(WHICH));
  add(
    '--since <time>',
    `7d, 36h, yesterday, monday, 2026-11-18, 2026-W47 or all (default: ${since})`,
  );
  add('--until <time>', 'a day or week is included to its end (default: now)');
  return command;
}

export function withFilters(command: Command, since: string): Command {
  const add = (flags: string, text: string) =>
    command.addOption(new Option(flags, text).helpGroup(WHICH));
  withPeriod(command, since);
  add('--promise <ids>', 'with a verdict about it; several with commas');
  add('--verdict <outcomes>', 'exceeded, kept, broken, unclear');
  add('--sentiment <labels>', 'negative, neutral, positive, mixed, unclassified, unsupported');
  add('--source <ids>', 'from these sources');
  add('--rating <range>', '1, 1-2, >=4 or none');
  add('--language <codes>', 'en, de …, or unknown');
  add('--population <who>', 'customer or employee (default: customer)');
  add('--dimension <names>', 'about responsiveness, price …');
  add('--signal <names>', 'with repeat-contact, churn-intent …');
  add(
    '--counted <how>',
    'yes, copy, author-cap, not-about-us, unclassified …; no for all left out',
  );
  add('--text <words>', 'in title or text, whatever the case');
  return command;
}

export function withOutput(command: Command): Command {
  const add = (flags: string, text: string) =>
    command.addOption(new Option(flags, text).helpGroup(HOW));
  add('--json', 'one JSON object');
  add('--jsonl', 'one JSON object a row');
  add('--csv', 'for spreadsheets');
  add('--tsv', 'tab-separated; the default when piped');
  add('--parquet <file>', 'a Parquet file');
  add('--no-color', 'no colour (also NO_COLOR)');
  return command;
}
