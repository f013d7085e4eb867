import { dynamoReclassificationStore } from '../../src/adapters/dynamodb/classifications.ts';
import { dynamoIncidentStore } from '../../src/adapters/dynamodb/incidents.ts';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoNoteStore } from '../../src/adapters/dynamodb/notes.ts';
import { dynamoRollupStore } from '../../src/adapters/dynamodb/rollups.ts';
import { dynamoCheckpoints } from '../../src/adapters/dynamodb/settings.ts';
import type { Item, Table } from '../../src/adapters/dynamodb/table.ts';
import { reclassify } from '../../src/checks/reclassify.ts';
import { mentionsIn as countedIn, type Rollup } from '../../src/rollups/rollup.ts';
import { isSealed } from '../../src/rollups/seal.ts';
import { SwitchJob } from '../../src/rollups/switching.ts';
import { acme } from '../fixtures.ts';
import {
  comeToRest,
  erasedAgain,
  figures,
  lost,
  mentionsIn,
  miscounted,
  stir,
  type Violations,
} from './run-schedule.ts';
import { simulatedWorld, type World } from './world.ts';

const ROUNDS = 7;
/** So short that mentions expire while others of the same day arrive. */
const RETENTION_DAYS = 2;
const IN_FORCE = `classifier#${acme.id}`;
const SECOND_MS = 1000;

/** What a schedule has shown so far. */
interface Seen {
  /** Ids of mentions; true: the erasure was reported as done. */
  readonly erased: Map<string, boolean>;
  /** Addresses of mentions that were deleted after their time. */
  readonly expired: Set<string>;
  /** Days that are sealed, as they were read last. */
  readonly sealed: Map<string, Read>;
}

interface Read {
  readonly cv: string;
  readonly counts: string;
  /** Mentions counted. */
  readonly size: number;
}

/**
 * Plays one random schedule in which stored mentions are judged by newer and newer classifiers, expire and are deleted,
 * while all goes on that `runSchedule` plays. Held to: nothing lost; a newer classifier's conclusions are never replaced by
 * an older one's, nor those about other words; the version in force never goes back; the counts of each version are a
 * recount's; a sealed day reads as it did; erased stays erased; after the last run every mention is judged by the newest.
 */
export async function runJudgingSchedule(seed: number): Promise<Violations> {
  const violations: string[] = [];
  const onWrite = neverBack((sentence) => violations.push(sentence));
  const world = simulatedWorld(seed, { retentionDays: RETENTION_DAYS, onWrite });
  const seen: Seen = { erased: new Map(), expired: new Set(), sealed: new Map() };
  // As the first call of the classifier notes it.
  await dynamoCheckpoints(viewOf(world)).set(IN_FORCE, 'cv1');
  for (let round = 0; round < ROUNDS; round++) {
    stirMore(world, seen);
    await world.settle();
    violations.push(...(await violationsNow(world, seen)));
    world.pass(world.random.pick([0, 1, 16, 61, 400, 1000]));
  }
  await comeToRest(world, seen.erased);
  startExpiry(world, seen);
  await world.settle();
  startReclassify(world);
  await world.settle();
  world.pass(16);
  for (let count = 0; count < 2; count++) {
    world.start.rollup();
    await world.settle();
    world.pass(16);
  }
  const keeps = (ofDay: readonly Rollup[]) => isSealed(ofDay, new Date(world.now()));
  return [
    ...violations,
    ...(await violationsNow(world, seen)),
    ...lost(world, seen.expired),
    ...(await miscounted(world, keeps)),
    ...(await judgedByOthers(world)),
  ];
}

function stirMore(world: World, seen: Seen): void {
  const { random, feeds } = world;
  for (const feed of feeds.values()) for (let more = random.below(4); more > 0; more--) feed.edit();
  if (random.chance(0.4)) world.newClassifier();
  stir(world, seen.erased);
  if (random.chance(0.6)) startReclassify(world);
  // Two people at once, by the same version or by two.
  if (random.chance(0.3)) world.newClassifier();
  if (random.chance(0.3)) startReclassify(world);
  if (random.chance(0.6)) startExpiry(world, seen);
}

const versionInForce = async (world: World) =>
  String(await dynamoCheckpoints(viewOf(world)).get(IN_FORCE));

const viewOf = ({ table }: World): Table => table.as((_name, effect) => Promise.resolve(effect()));

/** As `promisewatch reclassify --all`. */
function startReclassify(world: World): void {
  const target = world.newest();
  world.start.anything('reclassify', (table) =>
    reclassify(
      acme,
      target,
      { now: () => new Date(world.now()) },
      {
        store: dynamoMentionStore(table),
        rollups: dynamoRollupStore(table),
        notes: dynamoNoteStore(table),
        incidents: dynamoIncidentStore(table),
        checkpoints: dynamoCheckpoints(table),
        classifications: dynamoReclassificationStore(table),
      },
    ),
  );
}

/** Deletes what has expired, some of it late, as DynamoDB does. */
function startExpiry(world: World, { expired }: Seen): void {
  const seconds = world.now() / SECOND_MS;
  const due = world.table.rows().filter(({ ttl }) => Number(ttl) <= seconds);
  for (const { SK, url } of due) if (SK === 'M') expired.add(String(url));
  world.start.anything('expiry', async (table) => {
    for (const { PK, SK } of due)
      await table.remove(String(PK), String(SK), {
        expression: '#ttl <= :now',
        names: { '#ttl': 'ttl' },
        values: { ':now': seconds },
      });
  });
}

async function violationsNow(world: World, seen: Seen): Promise<string[]> {
  return [
    ...erasedAgain(world, seen.erased),
    ...aboutOtherWords(world),
    ...(await sealedChanged(world, seen)),
  ];
}

/**
 * V: whatever is written about one version of a mention, and as the version in force, comes from newer and newer
 * classifiers, or from the run of `reclassify` that took the job last: of two that began together that may be the one with
 * the older classifier. Held at every write, for what is put right later may have been read.
 */
function neverBack(violated: (sentence: string) => void): (item: Item) => void {
  const newest = new Map<string, number>();
  const inForceOnce = new Set<string>();
  let taken: string | undefined;
  const take = ({ to, phase, day }: SwitchJob) => {
    // A new job begins in the shadow, or with what is left to rewrite where its version was in force.
    const isNew = day === null && (phase === 'shadow' || inForceOnce.has(to));
    if (taken !== undefined && to !== taken && !isNew)
      violated(`a run to ${to} goes on with the job that one to ${taken} has taken`);
    taken = to;
  };
  const hold = (what: string, cv: unknown) => {
    const before = newest.get(what) ?? 0;
    const number = numberOf(cv);
    if (number < before && cv !== taken)
      violated(`${what} went from cv${before} back to ${String(cv)}`);
    newest.set(what, number);
  };
  return ({ PK, SK, version, contentHash, cv, value }) => {
    if (SK === 'M' && cv !== undefined) hold([PK, version, contentHash].join(' '), cv);
    if (PK === `C#${IN_FORCE}`) {
      hold(IN_FORCE, value);
      inForceOnce.add(String(value));
    }
    if (PK === `C#reclassify#${acme.id}`) take(SwitchJob.parse(JSON.parse(String(value))));
  };
}

/** What is concluded about a mention is concluded about the words that are stored of it. */
function aboutOtherWords(world: World): string[] {
  const { classify } = world.newest();
  return mentionsIn(world.table.rows()).flatMap(({ PK, text, sentiment }) => {
    const { label } = classify({ text: String(text) }).sentiment;
    return sentiment === label ? [] : [`${String(PK)} is ${String(sentiment)}: "${String(text)}"`];
  });
}

/**
 * C: what is read of a day stays as it was when its first mention was about to expire, unless the version that came
 * into force had counted more of it.
 */
async function sealedChanged(world: World, seen: Seen): Promise<string[]> {
  const inForce = await versionInForce(world);
  const wrong: string[] = [];
  const stored = world.table
    .rows()
    .filter(({ PK }) => PK === `R#${acme.id}`) as unknown as Rollup[];
  for (const [day, ofDay] of Map.groupBy(stored, (rollup) => rollup.day)) {
    const before = seen.sealed.get(day);
    const now = read(inForce, ofDay);
    if (before !== undefined && !isKept(before, now))
      wrong.push(
        `${day} was sealed with ${before.counts} of ${before.cv}, and reads ${now.counts} of ${inForce}`,
      );
    if (before !== undefined || isSealed(ofDay, new Date(world.now()))) seen.sealed.set(day, now);
  }
  return wrong;
}

function read(cv: string, ofDay: readonly Rollup[]): Read {
  const rollup = ofDay.find((one) => one.cv === cv);
  const size = Object.values(rollup?.sources ?? {}).reduce((sum, one) => sum + countedIn(one), 0);
  return { cv, counts: figures(rollup), size };
}

const isKept = (before: Read, now: Read) =>
  now.counts === before.counts || (now.cv !== before.cv && now.size > before.size);

/** Newer is greater. */
const numberOf = (cv: unknown) => Number(String(cv).slice('cv'.length));

/** After the last run nothing is left that another version judged, and its version is in force. */
async function judgedByOthers(world: World): Promise<string[]> {
  const { cv: newest } = world.newest();
  const inForce = await versionInForce(world);
  const isAlive = ({ ttl }: Item) => Number(ttl) > world.now() / SECOND_MS;
  return [
    ...(inForce === newest ? [] : [`${inForce} is in force, not ${newest}`]),
    ...mentionsIn(world.table.rows())
      .filter((item) => isAlive(item) && item['cv'] !== newest)
      .map(({ PK, cv }) => `${String(PK)} is judged by ${String(cv)}, not ${newest}`),
  ];
}
