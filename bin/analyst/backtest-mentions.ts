import { join } from 'node:path';
import type { Brand } from '../../src/brands/brand.ts';
import {
  type Arrival,
  type ReplayDeps,
  type ReplayedMorning,
  replayMornings,
  spanOfArrivals,
} from '../../src/checks/replay.ts';
import { brandJudges } from '../../src/classification/brand-judges.ts';
import type { Settings } from '../../src/config/config.ts';
import { timeZoneOf } from '../../src/config/find.ts';
import { addDays, dayIn } from '../../src/mentions/day.ts';
import type { Mention } from '../../src/mentions/mention.ts';
import type { Checkpoints } from '../../src/ports.ts';
import type { BrandReader } from '../../src/query/reader.ts';
import type { Note } from '../../src/rollups/note.ts';
import { EXIT, Refusal, UsageError, type World } from '../command.ts';
import type { BacktestFlags } from '../commands/backtest.ts';
import { firstDay } from './backtest-counts.ts';
import { type Mail, mailOf, mailPages } from './mail-pages.ts';
import type { ScratchTable } from './scratch-table.ts';
import { brandNamed, isLocal, readerOf, withSession } from './session.ts';

/** More would not fit into memory while they are sorted. */
const MOST_MENTIONS = 500_000;

/** What a replay needs, from wherever it came. */
interface Material {
  readonly brand: Brand;
  readonly settings: Settings;
  readonly seen: readonly { readonly mention: Mention; readonly seenAt: string }[];
  readonly notes: readonly Note[];
  /** Newest instant that can have been checked. */
  readonly now: Date;
}

/** Replays stored mentions, or those of an export, through the daily checks of the past. */
export async function backtestMentions(flags: BacktestFlags, world: World): Promise<void> {
  const material = await gather(flags, world);
  if (material.seen.length === 0)
    throw new Refusal(
      flags.import === undefined
        ? `nothing is stored about ${material.brand.name}. Next: promisewatch backtest --import FILE --source ID`
        : `${flags.import} has no mention that can be replayed. Mend its rows, or name its columns with --map.`,
      EXIT.notFound,
    );
  const timeZone = timeZoneOf(material.brand, material.settings);
  const { openScratchTable } = await import('./scratch-table.ts');
  const scratch = await openScratchTable();
  try {
    const deps = await storesOver(scratch);
    const arrivals = await judged(material, deps.checkpoints, world);
    const brand = { ...material.brand, sensitivity: flags.setting ?? material.brand.sensitivity };
    const span = spanOf(arrivals, timeZone, flags, material.now);
    const { cv } = (arrivals[0] as Arrival).classification;
    const mornings = replayMornings(
      { brand, timeZone, arrivals, notes: material.notes, cv, ...span },
      deps,
    );
    await tell(mornings, { brand, mentions: arrivals.length, flags, world }, deps);
  } finally {
    world.terminal?.status('');
    await scratch.close();
  }
}

/** An export alone needs no stack and no local run; with one of them it comes before what is stored there. */
async function gather(flags: BacktestFlags, world: World): Promise<Material> {
  const named = isLocal(flags) || flags.stack !== undefined || flags.region !== undefined;
  if (flags.import !== undefined && !named) {
    const { readConfigFile } = await import('../read-config-file.ts');
    const { deploy: _deploy, ...settings } = readConfigFile(
      flags.config ?? 'promisewatch.yaml',
      world.cwd,
    );
    const { brand, seen } = await imported(flags, settings, world);
    return { brand, settings, seen, notes: [], now: world.now() };
  }
  let material: Material | undefined;
  await withSession(flags, world, async (session) => {
    const { settings, now } = session;
    const old = flags.import === undefined ? undefined : await imported(flags, settings, world);
    const brand = old?.brand ?? brandNamed(settings, flags);
    const reader = readerOf(session, brand);
    const seen = [...(old?.seen ?? []), ...(await stored(reader, world))];
    material = { brand, settings, seen, notes: await reader.notes(), now };
  });
  return material as unknown as Material;
}

async function imported(flags: BacktestFlags, settings: Settings, world: World) {
  const { readExport } = await import('./read-export.ts');
  const { brand, mentions } = await readExport(flags, settings, world);
  world.complain(
    `${mentions.length} mentions of the export count as seen when they were published; when they could have been read is not known.`,
  );
  return {
    brand,
    seen: mentions.map((mention) => {
      const seenAt = mention.publishedAt ?? mention.fetchedAt;
      return { mention: { ...mention, fetchedAt: seenAt }, seenAt };
    }),
  };
}

/** Every stored version, with the time at which it was read. */
async function stored(
  reader: BrandReader,
  { terminal }: World,
): Promise<{ mention: Mention; seenAt: string }[]> {
  const { brand, stores, now } = reader;
  const seen: { mention: Mention; seenAt: string }[] = [];
  const days = await reader.days();
  for (const day of days) {
    const ids = (await stores.store.ofDay(brand.id, day, now)).map(({ id }) => id);
    for (const newest of await stores.store.readMany(brand.id, ids)) {
      const versions =
        newest.version === 1 ? [newest] : await stores.store.history(brand.id, newest.id);
      if (versions === 'erased') continue;
      for (const { classification: _judged, version: _version, ...mention } of versions)
        seen.push({ mention, seenAt: mention.fetchedAt });
    }
    terminal?.status(`${day}: ${seen.length.toLocaleString('en')} mentions`);
    if (seen.length > MOST_MENTIONS)
      throw new UsageError(
        `more than ${MOST_MENTIONS.toLocaleString('en')} mentions are too many to replay one by one. Use promisewatch backtest --counts.`,
      );
  }
  return seen;
}

/** Judges all by today's classifier and promises, so that one version is compared with itself. */
async function judged(
  { brand, settings, seen }: Material,
  checkpoints: Checkpoints,
  { terminal }: World,
): Promise<Arrival[]> {
  const [{ loadAssets }, { createClassifier }, { loadLanguageDetector }] = await Promise.all([
    import('../../src/classification/assets.ts'),
    import('../../src/classification/classifier.ts'),
    import('../../src/classification/language.ts'),
  ]);
  const root = join(import.meta.dirname, '../../src/classification/assets');
  const detect = seen.some(({ mention }) => mention.lang === null)
    ? await loadLanguageDetector()
    : null;
  const judges = brandJudges(createClassifier(loadAssets(root), detect), checkpoints);
  const classify = await judges.of({ version: 1, settings: { ...settings, brands: [brand] } });
  return seen.map(({ mention, seenAt }, i) => {
    if (i % 500 === 0) terminal?.status(`judging ${i} of ${seen.length}`);
    return { seenAt, mention, classification: classify(mention) };
  });
}

/** The days that are checked: the first with an arrival, or the one asked for, to the last closed one. */
function spanOf(
  arrivals: readonly Arrival[],
  timeZone: string,
  { since }: BacktestFlags,
  now: Date,
): { from: string; to: string } {
  const span = spanOfArrivals(arrivals, timeZone);
  const first = span?.first ?? dayIn(timeZone, now);
  const closed = addDays(dayIn(timeZone, now), -1);
  const last = span?.last ?? closed;
  const to = last < closed ? last : closed;
  const asked = since === undefined || since === 'all' ? first : firstDay(since, timeZone, now);
  const from = asked > first ? asked : first;
  if (from > to)
    throw new UsageError(`no day is over between ${from} and ${to}: begin earlier with --since`);
  return { from, to };
}

async function storesOver({ client, tableName }: ScratchTable): Promise<ReplayDeps> {
  const [tables, mentions, rollups, incidents, notes, digests, settings] = await Promise.all([
    import('../../src/adapters/dynamodb/table.ts'),
    import('../../src/adapters/dynamodb/mentions.ts'),
    import('../../src/adapters/dynamodb/rollups.ts'),
    import('../../src/adapters/dynamodb/incidents.ts'),
    import('../../src/adapters/dynamodb/notes.ts'),
    import('../../src/adapters/dynamodb/digests.ts'),
    import('../../src/adapters/dynamodb/settings.ts'),
  ]);
  const table = tables.dynamoTable(client, tableName);
  return {
    store: mentions.dynamoMentionStore(table),
    rollups: rollups.dynamoRollupStore(table),
    incidents: incidents.dynamoIncidentStore(table),
    notes: notes.dynamoNoteStore(table),
    digests: digests.dynamoDigestStore(table),
    checkpoints: settings.dynamoCheckpoints(table),
  };
}

interface Telling {
  readonly brand: Brand;
  readonly mentions: number;
  readonly flags: BacktestFlags;
  readonly world: World;
}

/** Prints each mail as its morning comes, then the totals. */
async function tell(
  mornings: AsyncIterable<ReplayedMorning>,
  { brand, mentions, flags, world }: Telling,
  deps: ReplayDeps,
): Promise<void> {
  const pages = flags.open === true ? mailPages(world) : undefined;
  const totals = { days: 0, mails: 0, alarms: 0 };
  for await (const { day, at, opened, digests } of mornings) {
    totals.days++;
    totals.alarms += opened;
    if (totals.days % 7 === 0) world.terminal?.status(`checked ${day}`);
    for (const digest of digests) {
      const mail = await mailOf(digest, at, brand, deps.store);
      const file = pages?.add(mail);
      totals.mails++;
      world.terminal?.status('');
      if (flags.json === true) world.print(JSON.stringify(lineOf(mail, file)));
      else world.print(`${mail.date}  ${mail.kind.padEnd(14)}  ${mail.subject}`);
    }
  }
  const years = totals.days / 365.25;
  const alarmsPerYear = totals.alarms / years;
  const about = { brand: brand.id, setting: brand.sensitivity, mentions, ...totals, alarmsPerYear };
  if (flags.json === true) world.print(JSON.stringify({ totals: about }));
  else world.print(inWords(about));
  if (pages !== undefined) world.complain(`open ${pages.finish(brand.name)}`);
}

function lineOf({ brand, date, kind, subject, incidents }: Mail, file: string | undefined) {
  return { brand, date, kind, subject, incidents, ...(file !== undefined && { file }) };
}

function inWords(totals: {
  readonly days: number;
  readonly mentions: number;
  readonly mails: number;
  readonly alarms: number;
  readonly alarmsPerYear: number;
  readonly setting: string;
}): string {
  const { days, mentions, mails, alarms, alarmsPerYear, setting } = totals;
  const count = (n: number, one: string) => `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`;
  // From less than a quarter a yearly rate would be a guess.
  const rate = days < 91 ? '' : `, ${alarmsPerYear.toFixed(1)} a year`;
  return `${count(mails, 'mail')} and ${count(alarms, 'alarm')}${rate} in ${count(days, 'daily check')} of ${count(mentions, 'mention')}, setting ${setting}.`;
}
