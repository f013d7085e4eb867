import type { Mention } from '../../mentions/mention.ts';
import type { MentionStore } from '../../ports.ts';
import type { Classification } from '../classification.ts';
import { holdsOn } from '../compile.ts';
import { type Asked, NoAnswer, type PaidReading, readAnswer } from './answer.ts';
import { BATCH, mostTokens, type PaidRequest, paidRequest } from './request.ts';

/** Where the paid backend is asked; `bedrock:` of promisewatch.yaml. */
export interface PaidSettings {
  readonly model: string;
  readonly mode: 'only-unsure' | 'all';
  readonly monthlyBudgetUsd: number;
  readonly inputUsdPerMillion: number;
  readonly outputUsdPerMillion: number;
}

/** Why nothing came back, as the caller can act on it. */
export type PaidFailure = 'throttled' | 'timeout' | 'failed';
export class PaidError extends Error {
  readonly failure: PaidFailure;

  constructor(failure: PaidFailure, cause?: unknown) {
    super(failure, { cause });
    this.name = 'PaidError';
    this.failure = failure;
  }
}

/** One call. @throws {PaidError} */
export type Converse = (request: PaidRequest) => Promise<unknown>;

/** What was spent in a month, in millionths of a dollar. */
export interface PaidBudget {
  /** Takes an amount from the month; false when it would go beyond the limit. */
  reserve(month: string, amount: number, limit: number): Promise<boolean>;
  /** Corrects what was taken by what was used; below 0 gives back. */
  adjust(month: string, difference: number): Promise<void>;
}

export interface PaidOutcome {
  readonly answered: number;
  /** Why the embedded answer stands, once a mention. */
  readonly fallbacks: readonly string[];
}

export interface PaidDeps {
  readonly settings: PaidSettings;
  readonly converse: Converse;
  readonly budget: PaidBudget;
  /** Asked before money is spent: what is stored already is a redelivery. */
  readonly store: Pick<MentionStore, 'read'>;
  readonly promisesOf: (brand: string) => readonly PaidPromise[];
  /** Told what became of the mentions that the backend was wanted for. */
  readonly onAsked: (outcome: PaidOutcome) => void;
  readonly now: () => Date;
}

export interface PaidPromise {
  readonly id: string;
  readonly version: number;
  readonly text: string;
  readonly from: string | null;
  readonly until: string | null;
}

/** A mention with what the embedded classifier said. */
export interface Judged {
  readonly mention: Mention;
  readonly classification: Classification;
}

/** Below these the embedded classifier counts as unsure. */
const SURE = { sentiment: 0.5, verdict: 0.55 } as const;
/** The backend states no confidence; its verdicts carry this one. */
const PAID_CONFIDENCE = 0.75;
const MICRO = 1_000_000;

/** Whether the paid backend is worth asking about it. A text without words is worth nothing. */
export function isUnsure({ sentiment, verdicts }: Classification): boolean {
  const { label, probabilities, reason } = sentiment;
  if (label === 'unclassified') return reason !== 'no words';
  if (label === 'unsupported') return true;
  const sure = probabilities === undefined ? 1 : Math.max(...Object.values(probabilities));
  return sure < SURE.sentiment || verdicts.some(({ confidence }) => confidence < SURE.verdict);
}

/**
 * Asks the paid backend about the mentions that the embedded classifier is unsure of, or about all. Whatever goes
 * wrong, the embedded answer stands and carries the mark `fallback`.
 *
 * @returns classifications in the order of `judged`
 */
export async function askPaid(
  judged: readonly Judged[],
  deps: PaidDeps,
): Promise<Classification[]> {
  const wanted = judged.filter(
    ({ classification }) => deps.settings.mode === 'all' || isUnsure(classification),
  );
  const fresh = await withoutStored(wanted, deps.store);
  const better = new Map<Judged, Classification>();
  const fallbacks: string[] = [];
  const byBrand = Map.groupBy(fresh, ({ mention }) => mention.brand);
  const batches = [...byBrand].flatMap(([brand, all]) =>
    Array.from({ length: Math.ceil(all.length / BATCH) }, (_, i) => ({
      brand,
      batch: all.slice(i * BATCH, (i + 1) * BATCH),
    })),
  );
  await Promise.all(
    batches.map(async ({ brand, batch }) => {
      const readings = await askAbout(batch, deps.promisesOf(brand), deps);
      for (const [i, one] of batch.entries()) {
        const reading = readings[i] ?? 'void answer';
        if (typeof reading === 'string') fallbacks.push(reading);
        better.set(
          one,
          typeof reading === 'string'
            ? fallenBack(one.classification, reading)
            : read(one.classification, reading, deps.settings.model),
        );
      }
    }),
  );
  if (better.size > 0) deps.onAsked({ answered: better.size - fallbacks.length, fallbacks });
  return judged.map((one) => better.get(one) ?? one.classification);
}

async function withoutStored(
  wanted: readonly Judged[],
  store: PaidDeps['store'],
): Promise<Judged[]> {
  const byBrand = Map.groupBy(wanted, ({ mention }) => mention.brand);
  const stored = new Set<string>();
  for (const [brand, own] of byBrand)
    for (const { id, contentHash } of await store.read(
      brand,
      own.map(({ mention }) => mention.id),
    ))
      stored.add(`${brand} ${id} ${contentHash}`);
  return wanted.filter(
    ({ mention }) => !stored.has(`${mention.brand} ${mention.id} ${mention.contentHash}`),
  );
}

/** Readings in order, or for all the reason why there are none. */
async function askAbout(
  batch: readonly Judged[],
  promises: readonly PaidPromise[],
  { settings, converse, budget, now }: PaidDeps,
): Promise<(PaidReading | string | undefined)[]> {
  const asked = batch.map(({ mention }): Asked => {
    const holding = promises.filter((promise) => holdsOn(promise, mention.bucketDay));
    return {
      title: mention.title,
      text: mention.text,
      versions: new Map(holding.map(({ id, version }) => [id, version])),
    };
  });
  const known = promises.filter(({ id }) => asked.some(({ versions }) => versions.has(id)));
  const texts = new Map(known.map(({ id, text }) => [id, { id, text }]));
  const request = paidRequest(settings.model, [...texts.values()], asked);
  const most = mostTokens(request);
  const reserved = price(most.input, most.output, settings);
  const month = now().toISOString().slice(0, 7);
  const limit = Math.round(settings.monthlyBudgetUsd * MICRO);
  const none = (reason: string) => batch.map(() => reason);
  if (!(await budget.reserve(month, reserved, limit))) return none('budget of the month is spent');
  try {
    const { readings, usage } = readAnswer(await converse(request), asked);
    await budget.adjust(month, price(usage.inputTokens, usage.outputTokens, settings) - reserved);
    return [...readings];
  } catch (error) {
    const { reason, used } = failureOf(error, settings);
    // What was never answered may be billed all the same: after a timeout the reservation stays.
    if (used !== undefined) await budget.adjust(month, used - reserved);
    return none(reason);
  }
}

function failureOf(
  error: unknown,
  settings: PaidSettings,
): { readonly reason: string; readonly used: number | undefined } {
  if (error instanceof NoAnswer) {
    const { usage } = error;
    const used =
      usage === undefined ? undefined : price(usage.inputTokens, usage.outputTokens, settings);
    return { reason: error.message, used };
  }
  if (error instanceof PaidError)
    return { reason: error.failure, used: error.failure === 'timeout' ? undefined : 0 };
  return { reason: 'failed', used: undefined };
}

/** Millionths of a dollar, rounded up. */
function price(input: number, output: number, settings: PaidSettings): number {
  return Math.ceil(input * settings.inputUsdPerMillion + output * settings.outputUsdPerMillion);
}

function read(
  embedded: Classification,
  { sentiment, verdicts }: PaidReading,
  model: string,
): Classification {
  const reasons = [`bedrock ${model}`.slice(0, 80)];
  return {
    ...embedded,
    sentiment: { label: sentiment, reasons },
    verdicts: verdicts.map((verdict) => ({ ...verdict, confidence: PAID_CONFIDENCE, reasons })),
    flags: [...embedded.flags, 'bedrock'],
  };
}

function fallenBack(embedded: Classification, reason: string): Classification {
  return {
    ...embedded,
    sentiment: {
      ...embedded.sentiment,
      reasons: [...embedded.sentiment.reasons, `bedrock: ${reason}`],
    },
    flags: [...embedded.flags, 'fallback'],
  };
}

/**
 * Puts the mentions of messages that are judged at the same time into shared calls.
 *
 * @param together waits until nobody else has something to add
 */
export function batched(
  ask: (judged: readonly Judged[]) => Promise<Classification[]>,
  together: () => Promise<void>,
): (judged: readonly Judged[]) => Promise<Classification[]> {
  let waiting: Judged[] = [];
  let answers: Promise<Classification[]> | undefined;
  return async (judged) => {
    const from = waiting.length;
    waiting.push(...judged);
    answers ??= together().then(() => {
      const all = waiting;
      waiting = [];
      answers = undefined;
      return ask(all);
    });
    return (await answers).slice(from, from + judged.length);
  };
}
