import type { Brand } from '../brands/brand.ts';
import type { Classification } from '../classification/classification.ts';
import type { IndexedMention } from '../classification/indexed-mention.ts';
import type { Mention } from '../mentions/mention.ts';
import type { Checkpoints, IncidentStore, MentionStore, RollupStore } from '../ports.ts';
import { countDay } from '../rollups/count.ts';
import { type Relabel, relabelsByMention } from '../rollups/note.ts';
import type { CountingDeps } from '../rollups/recount.ts';
import { mentionsIn, type Rollup } from '../rollups/rollup.ts';
import { isSealed } from '../rollups/seal.ts';
import { heldSwitch, isAlive, type SwitchJob, SwitchTaken } from '../rollups/switching.ts';
import { firingAt, writeMask } from './switch-mask.ts';

/** Puts another classifier version's conclusions in the place of a stored mention's. */
export interface ReclassificationStore {
  /** @returns false when the mention was edited, judged again, erased or expired meanwhile */
  replace(
    mention: Pick<Mention, 'brand' | 'id' | 'contentHash'> & {
      readonly version: number;
      readonly classification: Pick<Classification, 'cv'>;
    },
    classification: Classification,
  ): Promise<boolean>;
}

export interface ReclassifyDeps extends CountingDeps {
  readonly store: MentionStore;
  readonly rollups: RollupStore;
  readonly incidents: IncidentStore;
  readonly checkpoints: Checkpoints;
  readonly classifications: ReclassificationStore;
}

/** The version to change to, and its judge. */
export interface Target {
  readonly cv: string;
  readonly classify: (mention: Mention) => Classification;
}

export interface ReclassifyReport {
  readonly brand: string;
  readonly from: string | null;
  readonly to: string;
  /** Days with stored mentions. */
  readonly days: number;
  /** Mentions whose stored conclusions were replaced. */
  readonly mentions: number;
  /** Series that fire under the new version on the day checked last, and open nothing until they have been quiet. */
  readonly masked: readonly string[];
  /** False when it was stopped; run again, it goes on where it was. */
  readonly finished: boolean;
  /** The version by which another run judges the brand's mentions, so that this one has left off; else null. */
  readonly takenBy: string | null;
}

export interface ReclassifyOptions {
  readonly now: () => Date;
  readonly signal?: AbortSignal | undefined;
  readonly onDay?: (phase: 'shadow' | 'rewrite', done: number, of: number) => void;
}

const FIRST_DAY = '0000-01-01';
const LAST_DAY = '9999-12-31';
/** Writes at the same time. */
const PARALLEL = 20;
/** Days at whose end mentions may have arrived, judged by the old version, while the others were rewritten. */
const RECENT_DAYS = 3;

/**
 * Judges all stored mentions of a brand by another classifier version: first in the shadow, as counts beside those
 * in force; then the new counts are put in force at once, and the mentions follow.
 *
 * Can be stopped or die at any point: nothing is visible before the switch, and what comes after it can be repeated.
 * Days whose mentions have expired keep the counts they had. Of two runs at once the one that began first leaves off.
 */
export async function reclassify(
  brand: Brand,
  target: Target,
  options: ReclassifyOptions,
  deps: ReclassifyDeps,
): Promise<ReclassifyReport> {
  const from = (await deps.checkpoints.get(`classifier#${brand.id}`)) ?? null;
  const untouched = { brand: brand.id, from, to: target.cv, days: 0, mentions: 0, masked: [] };
  if (from === null) return { ...untouched, finished: true, takenBy: null };
  try {
    return { ...untouched, ...(await changeTo(brand, target, from, options, deps)) };
  } catch (error) {
    if (!(error instanceof SwitchTaken)) throw error;
    return { ...untouched, finished: false, takenBy: error.to };
  }
}

/** @throws {SwitchTaken} */
async function changeTo(
  brand: Brand,
  target: Target,
  from: string,
  { now, signal, onDay = () => {} }: ReclassifyOptions,
  deps: ReclassifyDeps,
): Promise<Partial<ReclassifyReport> & Pick<ReclassifyReport, 'finished' | 'takenBy'>> {
  const { checkpoints } = deps;
  const stopped = { finished: false, takenBy: null };
  const days = await storedDays(brand.id, deps);
  const held = heldSwitch(brand.id, checkpoints);
  let job = await resumed(target.cv, from, now(), held);
  const steps = steppers(brand, target, now, held, deps);
  const run = async (phase: 'shadow' | 'rewrite', each: (day: string) => Promise<void>) => {
    const left = days.filter((day) => job.day === null || day > job.day);
    for (const [i, day] of left.entries()) {
      if (signal?.aborted === true) return false;
      onDay(phase, i, left.length);
      await each(day);
      job = { to: target.cv, phase, day, at: now().toISOString() };
      await held.write(job);
    }
    return true;
  };
  let masked: string[] = [];
  if (job.phase === 'shadow') {
    if (!(await run('shadow', steps.countInShadow))) return stopped;
    if (from !== target.cv) masked = await steps.mask();
    // From here on everybody reads the new counts.
    job = { to: target.cv, phase: 'rewrite', day: null, at: now().toISOString() };
    await held.write(job);
  }
  await putInForce(brand.id, from, job, held, checkpoints);
  const finished = await run('rewrite', steps.rewrite);
  if (finished) {
    for (const day of days.slice(-RECENT_DAYS)) await steps.rewrite(day);
    await held.write({ ...job, phase: 'done', at: now().toISOString() });
  }
  return { days: days.length, mentions: steps.replaced(), masked, finished, takenBy: null };
}

async function storedDays(
  brand: string,
  { rollups }: Pick<ReclassifyDeps, 'rollups'>,
): Promise<string[]> {
  const marks = (await rollups.dirtyMarks()).filter((mark) => mark.brand === brand);
  const counted = await rollups.between(brand, FIRST_DAY, LAST_DAY);
  return [...new Set([...marks, ...counted].map(({ day }) => day))].toSorted();
}

/** The job as a run before left it; a new one for another version, or when that run died long ago. */
async function resumed(to: string, from: string, now: Date, held: Held): Promise<SwitchJob> {
  const before = await held.take();
  if (before?.to === to && isAlive(before, now)) return before;
  // The version is in force already: only mentions that were judged by another one are left.
  const job: SwitchJob = {
    to,
    phase: from === to ? 'rewrite' : 'shadow',
    day: null,
    at: now.toISOString(),
  };
  await held.write(job);
  return job;
}

/** @throws {SwitchTaken} when a run that began later has the job, or another version came into force before this one began */
async function putInForce(
  brand: string,
  from: string,
  job: SwitchJob,
  held: Held,
  checkpoints: Checkpoints,
): Promise<void> {
  let before: string | undefined = from;
  while (!(await checkpoints.swap(`classifier#${brand}`, before, job.to))) {
    await held.confirm();
    before = await checkpoints.get(`classifier#${brand}`);
    if (from !== job.to) continue;
    // It was in force and so was not counted in the shadow.
    await held.write({ ...job, phase: 'done' });
    throw new SwitchTaken(brand, before ?? 'nothing');
  }
}

type Held = ReturnType<typeof heldSwitch>;

function steppers(brand: Brand, target: Target, now: () => Date, held: Held, deps: ReclassifyDeps) {
  const { store, rollups, notes, checkpoints, classifications } = deps;
  let relabels: Promise<ReadonlyMap<string, readonly Relabel[]>> | undefined;
  const known = () => {
    relabels ??= notes.ofBrand(brand.id).then(relabelsByMention);
    return relabels;
  };
  let replaced = 0;

  /** The day's mentions that another version judged, with their texts. */
  const others = async (mentions: readonly IndexedMention[]) =>
    store.readMany(
      brand.id,
      mentions.filter(({ cv }) => cv !== target.cv).map(({ id }) => id),
    );

  return {
    replaced: () => replaced,

    async countInShadow(day: string): Promise<void> {
      const stored = await rollups.between(brand.id, day, day);
      const mentions = await store.ofDay(brand.id, day, now());
      if (mentions.length === 0 || isSealed(stored, now())) return keepExpired(stored);
      const judged = new Map(
        (await others(mentions)).map((mention) => [mention.id, target.classify(mention)]),
      );
      const seen = mentions.map((mention) => {
        const classification = judged.get(mention.id);
        return classification === undefined
          ? { ...mention, cv: target.cv }
          : judgedAnew(mention, classification);
      });
      for (const rollup of countDay(brand.id, day, 0, seen, await known()))
        await rollups.save({ ...rollup, countedAt: now().toISOString() });
    },

    async rewrite(day: string): Promise<void> {
      const mentions = await others(await store.ofDay(brand.id, day, now()));
      // After the read: what a run that began later has judged was judged after it took the job, and what it judges
      // from now on is not replaced.
      await held.confirm();
      // A run that dies in between leaves the old version's counts, and the next one finds nothing to replace here.
      if (mentions.length > 0) await rollups.markDirty(brand.id, day, now());
      for (let i = 0; i < mentions.length; i += PARALLEL) {
        const written = await Promise.all(
          mentions
            .slice(i, i + PARALLEL)
            .map((mention) => classifications.replace(mention, target.classify(mention))),
        );
        replaced += written.filter(Boolean).length;
      }
      // Counted once more when the index has settled, for what arrived while the mentions were read.
      if (mentions.length > 0) await rollups.markDirty(brand.id, day, now());
    },

    async mask(): Promise<string[]> {
      const lastChecked = await checkpoints.get(`check#${brand.id}`);
      if (lastChecked === undefined) return [];
      const series = await firingAt(brand, lastChecked, target.cv, deps);
      await writeMask(brand.id, { cv: target.cv, series }, checkpoints);
      return series;
    },
  };

  /**
   * Counts outlive mentions: where the texts are gone, the old counts are all there is. Unless the functions judged most
   * of the day by the new version already, long before it was put in force.
   */
  async function keepExpired(stored: readonly Rollup[]): Promise<void> {
    const from = await checkpoints.get(`classifier#${brand.id}`);
    const before = stored.find(({ cv }) => cv === from);
    const own = stored.find(({ cv }) => cv === target.cv);
    if (before !== undefined && sizeOf(before) >= sizeOf(own))
      await rollups.save({ ...before, cv: target.cv });
  }
}

/** Mentions that a rollup counts, customers' and employees'. */
function sizeOf(rollup: Rollup | undefined): number {
  if (rollup === undefined) return 0;
  const counts = [...Object.values(rollup.sources), ...Object.values(rollup.employees)];
  return counts.reduce((sum, ofSource) => sum + mentionsIn(ofSource), 0);
}

function judgedAnew(mention: IndexedMention, classification: Classification): IndexedMention {
  const { cv, sentiment, lang, verdicts, dimensions, signals } = classification;
  return {
    ...mention,
    cv,
    lang,
    sentiment: sentiment.label,
    verdicts: verdicts.map(({ promise, promiseVersion, outcome, confidence }) => ({
      promise,
      promiseVersion,
      outcome,
      confidence,
    })),
    dimensions: [...new Set(dimensions.map(({ dimension }) => dimension))],
    signals: [...new Set(signals.map(({ signal }) => signal))],
  };
}
