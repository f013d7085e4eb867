import * as z from 'zod';
import { Outcome, SENTIMENTS, type Verdict } from '../classification.ts';
import { type AskedMention, TOOL } from './request.ts';

/** What the backend concluded about one mention, checked word by word. */
export interface PaidReading {
  readonly sentiment: (typeof SENTIMENTS)[number];
  readonly verdicts: readonly Pick<
    Verdict,
    'promise' | 'promiseVersion' | 'outcome' | 'quote' | 'start' | 'end'
  >[];
}

/** A mention that was asked about, and the promises that hold on its day: version by id. */
export interface Asked extends AskedMention {
  readonly versions: ReadonlyMap<string, number>;
}

/** The answer of the Converse API, as far as it is read. */
const Output = z.object({
  stopReason: z.string(),
  output: z.object({
    message: z.object({
      content: z.array(
        z.object({ toolUse: z.object({ name: z.string(), input: z.unknown() }).optional() }),
      ),
    }),
  }),
  usage: z.object({ inputTokens: z.int().min(0), outputTokens: z.int().min(0) }),
});

const Row = z.strictObject({
  n: z.int().min(1),
  sentiment: z.enum(SENTIMENTS),
  verdicts: z.array(
    z.strictObject({ promise: z.string(), outcome: Outcome, quote: z.string().min(1) }),
  ),
});
const Answer = z.strictObject({ mentions: z.array(z.unknown()) });

export interface PaidAnswer {
  /** In the order of the question; undefined where nothing that may be said was said. */
  readonly readings: readonly (PaidReading | undefined)[];
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number };
}

/** Why an answer holds no reading at all, in words for the mark. */
export class NoAnswer extends Error {
  readonly usage: PaidAnswer['usage'] | undefined;

  constructor(reason: string, usage?: PaidAnswer['usage']) {
    super(reason);
    this.name = 'NoAnswer';
    this.usage = usage;
  }
}

/**
 * Reads an answer. The schema that the model was given is not trusted: whatever is outside the promises of the day,
 * the outcomes, or the text itself makes the reading of that mention void.
 *
 * @throws {NoAnswer} for a refusal, a cut answer, or one that did not call the tool
 */
export function readAnswer(output: unknown, asked: readonly Asked[]): PaidAnswer {
  const read = Output.safeParse(output);
  if (!read.success) throw new NoAnswer('answer of an unknown shape');
  const { stopReason, usage } = read.data;
  if (stopReason !== 'tool_use') throw new NoAnswer(reasonOf(stopReason), usage);
  const calls = read.data.output.message.content.flatMap(({ toolUse }) => toolUse ?? []);
  const [call, ...more] = calls;
  if (call === undefined || more.length > 0 || call.name !== TOOL)
    throw new NoAnswer('answer of an unknown shape', usage);
  const answer = Answer.safeParse(call.input);
  if (!answer.success) throw new NoAnswer('answer of an unknown shape', usage);
  const rows = answer.data.mentions.flatMap((row) => {
    const known = Row.safeParse(row);
    return known.success ? [known.data] : [];
  });
  return {
    readings: asked.map((mention, index) => {
      const own = rows.filter(({ n }) => n === index + 1);
      return own.length === 1 && own[0] !== undefined ? readingOf(own[0], mention) : undefined;
    }),
    usage,
  };
}

function reasonOf(stopReason: string): string {
  if (stopReason === 'max_tokens') return 'answer cut off';
  const refusals = ['content_filtered', 'guardrail_intervened', 'refusal', 'end_turn'];
  return refusals.includes(stopReason) ? 'refused' : 'answer of an unknown shape';
}

function readingOf(
  { sentiment, verdicts }: z.infer<typeof Row>,
  { text, versions }: Asked,
): PaidReading | undefined {
  const checked: PaidReading['verdicts'][number][] = [];
  for (const { promise, outcome, quote } of verdicts) {
    const promiseVersion = versions.get(promise);
    const start = text.indexOf(quote);
    const isTwice = checked.some((verdict) => verdict.promise === promise);
    if (promiseVersion === undefined || start < 0 || isTwice) return undefined;
    checked.push({ promise, promiseVersion, outcome, quote, start, end: start + quote.length });
  }
  return { sentiment, verdicts: checked };
}
