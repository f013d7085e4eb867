import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { dynamoRecipientStates } from '../../src/adapters/dynamodb/recipients.ts';
import { Brand } from '../../src/brands/brand.ts';
import type { Settings } from '../../src/config/config.ts';
import { recipientHash } from '../../src/digest/addressees.ts';
import { composeDigest } from '../../src/digest/compose.ts';
import { type DeliverDeps, deliver, SEND_LEASE_MINUTES } from '../../src/digest/deliver.ts';
import type { SendRow } from '../../src/digest/outbox-rows.ts';
import { reconcile } from '../../src/digest/reconcile.ts';
import type { MailAnswer } from '../../src/ports.ts';
import { anInput } from '../digest/northbell.ts';
import { memoryTable } from './memory-table.ts';
import { type Random, seededRandom } from './random.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-03-13T10:10:00.000Z');
/** Runs of the deliver step with faults, then without. */
const STORMY = 12;
const CALM = 10;
const MODEL = JSON.stringify(composeDigest(anInput()));
const PEOPLE = ['ana@acme.example', 'ben@acme.example', 'cy@acme.example'];

/** A mail that SES took. */
interface Taken {
  readonly id: string;
  readonly at: number;
  /** When the first event about it was noted; infinite if none ever was. */
  notedAt: number;
}

export interface DeliveryOutcome {
  readonly seed: number;
  /** Digests times people. */
  readonly due: number;
  readonly taken: number;
  readonly crashes: number;
  /** Nobody's mail: SES never took it although everything works again. */
  readonly lost: number;
  readonly duplicates: number;
  /** Duplicates that the documented window does not explain. */
  readonly outsideWindow: number;
  /** Duplicates that their row does not admit. */
  readonly notCounted: number;
}

/**
 * Plays one random schedule of the real deliver and reconcile steps over the real table adapter: crashes before and
 * after every request, two runs at once, answers of SES that get lost on either side, throttling, and events that come
 * at once, late, twice or never.
 */
export async function runDeliverySchedule(seed: number): Promise<DeliveryOutcome> {
  const random = seededRandom(seed);
  const clock = { now: START };
  const memory = memoryTable(
    () => clock.now,
    () => random.below(40_000),
  );
  const world: World = {
    random,
    clock,
    memory,
    taken: new Map(),
    events: [],
    crashes: 0,
    stormy: true,
  };
  const digests = dynamoDigestStore(memory.as(async (_, effect) => effect()));
  const keys = Array.from({ length: 1 + random.below(3) }, (_, i) => `AC-000${i + 1}#opened#1`);
  for (const [i, key] of keys.entries())
    await digests.freeze({
      brand: 'acme',
      key,
      kind: 'opened',
      incidents: [i + 1],
      seq: 1,
      createdAt: new Date(START - MINUTE * (i + 2)).toISOString(),
      serious: true,
      promises: [],
      model: MODEL,
    });
  const people = PEOPLE.slice(0, 1 + random.below(3));
  const settings = settingsFor(people);
  for (let run = 0; run < STORMY + CALM; run++) {
    world.stormy = run < STORMY;
    const at = START + run * 15 * MINUTE + random.below(MINUTE);
    await eventsUntil(at, world);
    clock.now = at;
    const overlapping = world.stormy && random.chance(0.2);
    await Promise.all(
      Array.from({ length: overlapping ? 2 : 1 }, () => deliverOnce(settings, world)),
    );
  }
  return judge(seed, keys, people, world);
}

interface World {
  readonly random: Random;
  readonly clock: { now: number };
  readonly memory: ReturnType<typeof memoryTable>;
  /** By send id. */
  readonly taken: Map<string, Taken[]>;
  readonly events: { readonly at: number; readonly mail: Taken; readonly sendId: string }[];
  crashes: number;
  stormy: boolean;
}

function settingsFor(people: readonly string[]): Settings {
  const hours = { from: '00:00', to: '23:59' };
  const brand = Brand.parse({
    id: 'acme',
    name: 'Acme',
    code: 'AC',
    recipients: people.map((email) => ({ email, hours })),
  });
  return { timeZone: 'UTC', email: {}, brands: [brand] };
}

const CRASH = 0.03;

/** A process that may die at any request: what it asked for last may or may not have happened. */
function mortal(world: World) {
  const died = Promise.withResolvers<'died'>();
  let isDead = false;
  const through = async <T>(effect: () => T): Promise<T> => {
    for (let turns = world.random.below(4); turns > 0; turns--) await undefined;
    if (isDead) return new Promise<never>(() => {});
    if (!world.stormy || !world.random.chance(CRASH)) return effect();
    isDead = true;
    world.crashes++;
    if (world.random.chance(0.5)) effect();
    died.resolve('died');
    return new Promise<never>(() => {});
  };
  return {
    through,
    table: world.memory.as((_, effect) => through(effect)),
    /** @returns whether the process lived to the end of its work */
    lives: async (work: Promise<unknown>) => (await Promise.race([work, died.promise])) !== 'died',
  };
}

async function deliverOnce(settings: Settings, world: World): Promise<void> {
  const life = mortal(world);
  const digests = dynamoDigestStore(life.table);
  const deps: DeliverDeps = {
    digests,
    recipients: dynamoRecipientStates(life.table),
    store: { read: async () => [] } as unknown as DeliverDeps['store'],
    compose: ({ sendId }) => ({ Content: {}, ConfigurationSetName: sendId }),
    send: ({ ConfigurationSetName: sendId = '' }) =>
      life.through(() => ses(sendId, world)).then((answer) => answer()),
    post: () => Promise.reject(new Error('there is no channel')),
    topicOf: () => null,
    timeZoneOf: () => 'UTC',
    onUnanswered: () => {},
    onRefused: () => {},
    onFailed: (error) => {
      throw error;
    },
  };
  const work = async () =>
    deliver(await digests.waiting(), settings, new Date(world.clock.now), deps);
  await life.lives(work());
}

/** What happened at SES, and then what came back of it. */
function ses(sendId: string, world: World): () => MailAnswer {
  const { random, clock } = world;
  const dice = world.stormy ? random.below(100) : 99;
  if (dice < 7) return () => ({ status: 'postponed', reason: 'TooManyRequestsException' });
  if (dice < 12) return gone;
  const before = world.taken.get(sendId) ?? [];
  const mail: Taken = {
    id: `ses-${sendId}-${before.length}`,
    at: clock.now,
    notedAt: Number.POSITIVE_INFINITY,
  };
  world.taken.set(sendId, [...before, mail]);
  for (const at of eventTimes(random, clock.now)) world.events.push({ at, mail, sendId });
  return dice < 25 ? gone : () => ({ status: 'sent', messageId: mail.id });
}

const gone = (): never => {
  throw new Error('no answer');
};

/** Mostly within a minute; now and then after the lease, twice, or never. */
function eventTimes(random: Random, now: number): number[] {
  const dice = random.below(100);
  if (dice < 4) return [];
  const delay =
    dice < 80
      ? random.below(MINUTE)
      : dice < 92
        ? random.below(14 * MINUTE)
        : (15 + random.below(30)) * MINUTE;
  return random.chance(0.1) ? [now + delay, now + delay + random.below(MINUTE)] : [now + delay];
}

/** Lambda tries an event three times. */
async function eventsUntil(until: number, world: World): Promise<void> {
  const due = world.events.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at);
  for (const { at, mail, sendId } of due) {
    world.events.splice(
      world.events.findIndex((event) => event.at === at && event.mail === mail),
      1,
    );
    world.clock.now = at;
    const recipient = sendId.split('/').at(-1) ?? '';
    const said = { what: 'sent', messageId: mail.id, at: new Date(at).toISOString() } as const;
    const event = { kind: 'mail', mail: { ...said, reason: null, permanent: false } } as const;
    for (let attempt = 0; attempt < 3; attempt++) {
      const life = mortal(world);
      const digests = dynamoDigestStore(life.table);
      const recipients = dynamoRecipientStates(life.table);
      const work = reconcile({ sendId, recipient, event }, { digests, recipients });
      if (!(await life.lives(work))) continue;
      mail.notedAt = Math.min(mail.notedAt, at);
      break;
    }
  }
}

async function judge(
  seed: number,
  keys: readonly string[],
  people: readonly string[],
  world: World,
): Promise<DeliveryOutcome> {
  const digests = dynamoDigestStore(world.memory.as(async (_, effect) => effect()));
  const found = { lost: 0, duplicates: 0, outsideWindow: 0, notCounted: 0 };
  for (const key of keys) {
    const rows = await digests.sends('acme', key);
    for (const email of people) {
      const recipient = recipientHash(email);
      const mails = world.taken.get(`acme/${key}/${recipient}`) ?? [];
      const row = rows.find((send) => send.recipient === recipient);
      if (mails.length === 0 || row?.state !== 'sent') found.lost++;
      found.duplicates += Math.max(0, mails.length - 1);
      found.outsideWindow += mails.slice(1).filter((mail, i) => !inWindow(mails[i], mail)).length;
      if (mails.length > 1 && !admits(row)) found.notCounted++;
    }
  }
  const taken = [...world.taken.values()].reduce((sum, mails) => sum + mails.length, 0);
  return { seed, due: keys.length * people.length, taken, crashes: world.crashes, ...found };
}

const admits = (row: SendRow | undefined): boolean => row?.possibleDuplicate === true;

/** A second mail is explained if the lease of the first was over, and no event had told of it. */
function inWindow(first: Taken | undefined, second: Taken): boolean {
  if (first === undefined) return false;
  return second.at - first.at >= SEND_LEASE_MINUTES * MINUTE && first.notedAt > second.at;
}
