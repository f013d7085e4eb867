import type { Brand } from '../brands/brand.ts';
import { recipientHash } from '../digest/addressees.ts';
import { isFinal } from '../digest/deliver.ts';
import { isAlert, isOverCap } from '../digest/mail-cap.ts';
import { isOpen, wants } from '../digest/open-hours.ts';
import type { DigestRow } from '../digest/outbox-rows.ts';
import { addDays } from '../mentions/day.ts';
import type { Metric } from '../metrics.ts';
import type {
  Checkpoints,
  DigestStore,
  RecipientStates,
  RollupStore,
  SourceStates,
} from '../ports.ts';

/** Scheduled stages, and the hours after which a stage that has not succeeded stands still. */
const STAGES = { dispatch: 2, rollup: 3, deliver: 2 } as const;
export type ScheduledStage = keyof typeof STAGES | 'check';

const HOUR_MS = 3_600_000;
const UNREAD_HOURS = 24;
/** Mail goes out every 15 minutes: what an open recipient has not got after this time is late. */
const LATE_HOURS = 2;
/** Below this many mentions in two days a share says nothing. */
const ENOUGH_MENTIONS = 50;

/** What the last success of a stage is kept under. */
export const lastRunOf = (stage: ScheduledStage): string => `ran#${stage}`;

/** A stage that runs every 15 minutes notes only every other success: the watch looks for hours. */
const NOTE_MS = 30 * 60_000;

/** Notes a stage's successes for the watch; one per environment of a function. */
export function successNote(
  stage: ScheduledStage,
  checkpoints: Checkpoints,
): (now: Date) => Promise<void> {
  let noted = Number.NEGATIVE_INFINITY;
  return async (now) => {
    const age = now.getTime() - noted;
    if (age >= 0 && age < NOTE_MS) return;
    await checkpoints.set(lastRunOf(stage), now.toISOString());
    noted = now.getTime();
  };
}

export interface WatchDeps {
  readonly states: SourceStates;
  readonly rollups: RollupStore;
  readonly digests: DigestStore;
  readonly recipients: Pick<RecipientStates, 'get'>;
  readonly checkpoints: Checkpoints;
}

export interface WatchReport {
  readonly metrics: Readonly<
    Record<Exclude<Metric, 'RollupDrift' | 'MailsRefused' | 'FellBackPercent'>, number>
  >;
  /** Which ones, for the log: ids only. */
  readonly unread: readonly string[];
  readonly late: readonly string[];
  readonly stopped: readonly string[];
}

/**
 * Looks once an hour whether everything else works, from what the stages leave in the table: a stage
 * that stands still cannot report itself.
 *
 * @param brands with the time zone that their days begin in
 */
export async function watch(
  brands: readonly { readonly brand: Brand; readonly timeZone: string }[],
  now: Date,
  deps: WatchDeps,
): Promise<WatchReport> {
  const unread = await unreadSources(brands, now, deps.states);
  const late = await lateDigests(brands, now, deps);
  const stopped = await stoppedStages(now, deps.checkpoints);
  return {
    metrics: {
      SourcesUnread: unread.length,
      DigestsLate: late.length,
      StagesStopped: stopped.length,
      UnclassifiedPercent: await unclassifiedPercent(brands, now, deps.rollups),
    },
    unread,
    late,
    stopped,
  };
}

type Brands = Parameters<typeof watch>[0];

async function unreadSources(brands: Brands, now: Date, states: SourceStates): Promise<string[]> {
  const unread: string[] = [];
  for (const { id, ...source } of brands.flatMap(({ brand }) => brand.sources)) {
    const state = await states.get(id);
    if (state === undefined) continue;
    // A source that is read once a day is late only after a day more.
    const slack = 'everyMinutes' in source ? source.everyMinutes * 60_000 : 0;
    const limit = new Date(now.getTime() - UNREAD_HOURS * HOUR_MS - slack).toISOString();
    // Before the first success only a failure dates from somewhere.
    const since = state.lastReadAt ?? state.failingSince;
    if (since !== null && since < limit) unread.push(id);
  }
  return unread;
}

type LateDeps = Pick<WatchDeps, 'digests' | 'recipients'>;

async function lateDigests(brands: Brands, now: Date, deps: LateDeps): Promise<string[]> {
  const before = new Date(now.getTime() - LATE_HOURS * HOUR_MS);
  const late: string[] = [];
  // What cannot be read reaches nobody, however long it is there: the function `deliver` logs what is wrong with it.
  const waiting = await deps.digests.waiting(({ brand, key }) => late.push(`${brand} ${key}`));
  for (const row of waiting) {
    const found = brands.find(({ brand }) => brand.id === row.brand);
    if (found === undefined || row.createdAt > before.toISOString()) continue;
    if (await isLate(row, { ...found, before, now }, deps)) late.push(`${row.brand} ${row.key}`);
  }
  return late;
}

/** Somebody could have had it two hours ago, and SES has neither taken nor refused it; the day's cap is no delay. */
async function isLate(
  row: DigestRow,
  { brand, timeZone, before, now }: Brands[number] & Record<'before' | 'now', Date>,
  { digests, recipients }: LateDeps,
): Promise<boolean> {
  const due = brand.recipients.filter(
    (recipient) => wants(recipient, row) && isOpen(recipient, timeZone, before, row.serious),
  );
  if (due.length === 0) return false;
  // A send that cannot be read may have gone out or not: nobody knows, so it is none that is done.
  const sends = await digests.sends(row.brand, row.key, () => {});
  const done = new Set(sends.filter(isFinal).map(({ recipient }) => recipient));
  for (const recipient of due) {
    const hash = recipientHash(recipient.email);
    if (done.has(hash)) continue;
    const zone = recipient.timeZone ?? timeZone;
    // Who has had the day's mails about incidents gets this one tomorrow: it waits as it should.
    const state = isAlert(row.kind) ? await recipients.get(hash) : undefined;
    if (!isOverCap(state, zone, now) && !isOverCap(state, zone, before)) return true;
  }
  return false;
}

async function stoppedStages(now: Date, checkpoints: Checkpoints): Promise<string[]> {
  const stopped: string[] = [];
  for (const [stage, hours] of Object.entries(STAGES)) {
    const ran = await checkpoints.get(`ran#${stage}`);
    // A stage that never ran counts from the first time that somebody looked for it.
    if (ran === undefined) await checkpoints.set(`ran#${stage}`, now.toISOString());
    else if (ran < new Date(now.getTime() - hours * HOUR_MS).toISOString()) stopped.push(stage);
  }
  return stopped;
}

async function unclassifiedPercent(
  brands: Brands,
  now: Date,
  rollups: RollupStore,
): Promise<number> {
  const today = now.toISOString().slice(0, 10);
  let all = 0;
  let unclassified = 0;
  for (const { brand } of brands)
    for (const { sources } of await rollups.between(brand.id, addDays(today, -1), today))
      for (const counts of Object.values(sources)) {
        all += counts.mentions + counts.unclassified;
        unclassified += counts.unclassified;
      }
  return all < ENOUGH_MENTIONS ? 0 : (100 * unclassified) / all;
}
