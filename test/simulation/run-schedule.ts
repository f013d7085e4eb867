import {
  bucketDayOf,
  dynamoMentionStore,
  mentionKey,
} from '../../src/adapters/dynamodb/mentions.ts';
import type { Item } from '../../src/adapters/dynamodb/table.ts';
import { SENTIMENTS } from '../../src/classification/classification.ts';
import { identify } from '../../src/mentions/identity.ts';
import { countDay } from '../../src/rollups/count.ts';
import type { Rollup } from '../../src/rollups/rollup.ts';
import { acme } from '../fixtures.ts';
import { SOURCES, simulatedWorld, type World } from './world.ts';

/** What a schedule broke, each as a sentence; empty when everything held. */
export type Violations = readonly string[];

const ROUNDS = 6;
/** Minutes between rounds after the trouble: leases end, back-offs pass, what is lost is looked for once a day. */
const QUIET_MINUTES = [16, 61, 361, 361, 721, 721, 361] as const;

/**
 * Plays one random schedule of reads, redeliveries, crashes, lost answers, lagging indexes, edits, erasures and
 * new classifier versions, lets it come to rest, and holds the result to the invariants of the store:
 * nothing lost, counts equal a recount, erased stays erased, the classifier version of a text never goes down.
 */
export async function runSchedule(seed: number): Promise<Violations> {
  const world = simulatedWorld(seed);
  const erased = new Map<string, boolean>();
  const versions = new Map<string, string>();
  const violations: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    stir(world, erased);
    await world.settle();
    world.pass(world.random.pick([0, 1, 7, 16, 61, 400]));
    violations.push(...erasedAgain(world, erased), ...olderClassifier(world, versions));
  }
  await comeToRest(world, erased);
  return [
    ...violations,
    ...olderClassifier(world, versions),
    ...(await violationsAtRest(world, erased)),
  ];
}

/** @param erased ids of mentions; true: the erasure was reported as done */
export async function violationsAtRest(
  world: World,
  erased: ReadonlyMap<string, boolean>,
): Promise<string[]> {
  return [...erasedAgain(world, erased), ...lost(world), ...(await miscounted(world))];
}

/** Starts a random part of what can go on at the same time. */
export function stir(world: World, erased: Map<string, boolean>): void {
  const { random, feeds, start, table } = world;
  for (const feed of feeds.values()) {
    for (let more = random.below(4); more > 0; more--) feed.grow(world.now());
    if (random.chance(0.3)) feed.edit();
  }
  const steps: (() => void)[] = [start.dispatch, start.polls, start.mentions];
  if (random.chance(0.2)) steps.push(start.dispatch);
  if (random.chance(0.6)) steps.push(start.rollup);
  if (random.chance(0.2)) steps.push(start.rollup);
  if (random.chance(0.15)) steps.push(() => eraseSomething(world, erased));
  if (random.chance(0.1)) steps.push(world.newClassifier);
  if (random.chance(0.05))
    steps.push(() => table.drop(`S#${random.pick(['acme-reviews', 'acme-forum'])}`, 'S'));
  if (random.chance(0.1)) steps.push(world.queues.mentions.redrive);
  while (steps.length > 0) steps.splice(random.below(steps.length), 1)[0]?.();
}

function eraseSomething({ random, table, start }: World, erased: Map<string, boolean>): void {
  const stored = mentionsIn(table.rows());
  const wanted = stored[random.below(stored.length)];
  if (wanted === undefined) return;
  const id = idOf(wanted);
  start.erase(acme.id, id, (done) => erased.set(id, erased.get(id) === true || done));
}

/**
 * Everything works again, and time passes: what a failure left behind must heal by itself, and what a person was told has failed
 * is asked for again.
 */
export async function comeToRest(
  world: World,
  erased: Map<string, boolean> = new Map(),
): Promise<void> {
  const { queues, start } = world;
  world.calm();
  for (const [id, done] of erased)
    if (!done) start.erase(acme.id, id, (isDone) => erased.set(id, isDone));
  await world.settle();
  for (const [round, minutes] of QUIET_MINUTES.entries()) {
    if (round === 2) for (const queue of Object.values(queues)) queue.redrive();
    start.dispatch();
    await world.settle();
    start.polls();
    await world.settle();
    start.mentions();
    await world.settle();
    start.rollup();
    await world.settle();
    world.pass(minutes);
  }
  for (let count = 0; count < 2; count++) {
    start.rollup();
    await world.settle();
    world.pass(16);
  }
}

export const idOf = (item: Item | undefined) => String(item?.['PK']).split('#')[2] ?? '';

export const mentionsIn = (rows: readonly Item[]) =>
  rows.filter(({ PK, SK, erased }) => /^M#/.test(String(PK)) && SK === 'M' && erased === undefined);

/** L: every review that a feed lists is stored as it reads now, unless its tombstone stands. @param expired addresses of mentions that are gone with their time */
export function lost(
  { table, feeds, queues }: World,
  expired: ReadonlySet<string> = new Set(),
): string[] {
  const stored = new Map(mentionsIn(table.rows()).map((item) => [String(item['url']), item]));
  const gone = new Set(
    table.rows().flatMap(({ PK, erased: at }) => (at === undefined ? [] : [String(PK)])),
  );
  const left = [...queues.mentions.deadLetters(), ...queues.polls.deadLetters()].length;
  const missing = [...feeds].flatMap(([source, feed]) =>
    feed.reviews().flatMap(({ id, text }) => {
      const url = `https://reviews.example/${id}`;
      const item = stored.get(url);
      const { id: mention } = identify(source, { nativeId: id, url, content: [] });
      if (item === undefined)
        return gone.has(mentionKey(acme.id, mention)) || expired.has(url)
          ? []
          : [`${id} is not stored`];
      return item['text'] === text ? [] : [`${id} is stored as "${item['text']}", not "${text}"`];
    }),
  );
  return [...missing, ...(left === 0 ? [] : [`${left} dead letters are left after the redrive`])];
}

/** All that is left of an erased mention and of its older versions; no key of an index, so that none shows it. */
const OF_TOMBSTONE: ReadonlySet<string> = new Set(['PK', 'SK', 'erased', 'versions', 'ttl']);

/**
 * X: nothing of an erased mention is in the table, and nothing of it shows in an index. A writer that died right after it
 * had copied the version before leaves that copy until its message comes again.
 */
export function erasedAgain(
  { table, queues }: World,
  erased: ReadonlyMap<string, boolean>,
): string[] {
  const rows = table.rows();
  const unhandled = queues.mentions.unhandled();
  const isUnderWay = (id: string) => unhandled.some((body) => body.includes(id));
  return [...erased].flatMap(([id, done]) =>
    done
      ? rows
          .filter(({ PK, SK }) => String(PK).endsWith(id) && (SK === 'M' || !isUnderWay(id)))
          .map((row) => ({ row, left: Object.keys(row).filter((name) => !OF_TOMBSTONE.has(name)) }))
          .filter(({ left }) => left.length > 0)
          .map(({ row, left }) => `${id} is erased, but ${String(row['SK'])} holds its ${left}`)
      : [],
  );
}

/** V: for one text of a mention, the classifier version never goes down. */
function olderClassifier({ table }: World, versions: Map<string, string>): string[] {
  return mentionsIn(table.rows()).flatMap(({ PK, contentHash, cv }) => {
    const key = `${String(PK)} ${String(contentHash)}`;
    const before = versions.get(key);
    versions.set(key, String(cv));
    return before !== undefined && before > String(cv)
      ? [`${key} went from ${before} back to ${String(cv)}`]
      : [];
  });
}

/**
 * C: the stored counts of every day and classifier version are what a recount of the table gives.
 *
 * @param keeps whether the counts of a day outlive what they count
 */
export async function miscounted(
  world: World,
  keeps: (ofDay: readonly Rollup[]) => boolean = () => false,
): Promise<string[]> {
  const rows = world.table.rows();
  const marks = rows.filter(({ PK }) => /^D#/.test(String(PK)));
  const view = world.table.as((_name, effect) => Promise.resolve(effect()));
  const store = dynamoMentionStore(view);
  const stored = rows.filter(({ PK }) => PK === `R#${acme.id}`) as unknown as Rollup[];
  const days = new Set([...mentionsIn(rows).map(bucketDayOf), ...stored.map(({ day }) => day)]);
  const wrong: string[] = marks.map(({ SK }) => `${String(SK)} is still marked for a recount`);
  for (const day of days) {
    if (keeps(stored.filter((one) => one.day === day))) continue;
    const mentions = await store.ofDay(acme.id, day, new Date(world.now()));
    const counted = countDay(acme.id, day, 0, mentions, new Map());
    for (const cv of new Set(
      [...counted, ...stored.filter((one) => one.day === day)].map((one) => one.cv),
    ))
      if (
        figures(counted.find((one) => one.cv === cv)) !==
        figures(stored.find((one) => one.day === day && one.cv === cv))
      )
        wrong.push(
          `${day} ${cv} counts ${figures(stored.find((one) => one.day === day && one.cv === cv))}, a recount gives ${figures(counted.find((one) => one.cv === cv))}`,
        );
  }
  return wrong;
}

/** All counts that are not zero, in one order. */
export function figures(rollup: Rollup | undefined): string {
  if (rollup === undefined) return 'nothing';
  const parts = SOURCES.flatMap((source) => {
    const counts = rollup.sources[source];
    if (counts === undefined) return [];
    return [
      ...SENTIMENTS.map((label) => [label, counts[label]] as const),
      ['copies', counts.copies] as const,
      ['over', counts.overAuthorCap] as const,
      ...Object.entries(counts.promises).map(
        ([id, { broken }]) => [`${id} broken`, broken] as const,
      ),
    ].flatMap(([name, value]) => (value > 0 ? [`${source} ${name} ${value}`] : []));
  });
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}
