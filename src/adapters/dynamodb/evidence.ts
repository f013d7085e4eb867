import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Classification } from '../../classification/classification.ts';
import { readJson } from '../../parse.ts';
import { FIRST_WORDS, WORDS } from './evidence-words.ts';

/*
 * Half of a mention's item would be its evidence as JSON, and with it most items would cost a second write unit.
 * Packed, it holds only what the other attributes do not say: offsets instead of quotes, places in the lists of
 * verdicts, dimensions and signals instead of names.
 */

/** What the item says besides. Order matters: the evidence refers to places in these lists. */
export interface Judged {
  readonly cv: string;
  readonly lang: string | null;
  readonly sentiment: string;
  /** `<promise>@<version>:<outcome>:<confidence>` */
  readonly verdicts: readonly string[];
  readonly dimensions: readonly string[];
  readonly signals: readonly string[];
}

/** With the quote itself only where it is not that part of the text. */
type Span = readonly [start: number, end: number, quote?: string];

interface Packed {
  /** Probabilities × 10,000: negative, neutral, positive. */
  readonly p?: readonly [number, number, number];
  readonly w?: string;
  readonly r: readonly string[];
  readonly v: readonly (readonly [span: Span, ...reasons: string[]])[];
  readonly d: readonly (readonly [place: number, ...Span])[];
  readonly g: readonly (readonly [place: number, ...Span])[];
  readonly f: readonly string[];
}

/** Says which words the rest was packed with; nothing that is deflated begins so (RFC 1951, 3.2.3: reserved type). */
const MARK = 0x07;
/** Window and tables for two kilobytes: those for 32 take longer to set up than the evidence to pack. */
const DEFLATE = { dictionary: WORDS, level: 9, windowBits: 11, memLevel: 3 };
/** Room for most evidence at once; the default of 16 KB would be made and thrown away for every mention. */
const CHUNK_BYTES = 1024;
const PARTS = 10_000;

/** @param text of the mention that was classified */
export function packEvidence(
  classification: Classification,
  judged: Judged,
  text: string,
): Uint8Array {
  const { sentiment, verdicts, dimensions, signals, flags } = classification;
  const { probabilities, reason, reasons } = sentiment;
  const part = (share: number) => Math.round(share * PARTS);
  const spanOf = ({ start, end, quote }: { start: number; end: number; quote: string }): Span =>
    text.slice(start, end) === quote ? [start, end] : [start, end, quote];
  const packed: Packed = {
    ...(probabilities !== undefined && {
      p: [
        part(probabilities.negative),
        part(probabilities.neutral),
        part(probabilities.positive),
      ] as const,
    }),
    ...(reason !== undefined && { w: reason }),
    r: reasons,
    v: verdicts.map((verdict) => [spanOf(verdict), ...verdict.reasons] as const),
    d: dimensions.map((one) => [judged.dimensions.indexOf(one.dimension), ...spanOf(one)] as const),
    g: signals.map((one) => [judged.signals.indexOf(one.signal), ...spanOf(one)] as const),
    f: flags,
  };
  return Buffer.concat([Buffer.of(MARK), deflateRawSync(JSON.stringify(packed), DEFLATE)]);
}

/**
 * The evidence as it is packed, as it was packed with the first words, or as JSON, as versions before stored it.
 *
 * @returns a classification to be checked: what is stored may be damaged
 */
export function unpackEvidence(stored: unknown, judged: Judged, text: string): unknown {
  if (!(stored instanceof Uint8Array)) return readJson(String(stored), 'a stored classification');
  const isMarked = stored[0] === MARK;
  const json = inflateRawSync(isMarked ? stored.subarray(1) : stored, {
    dictionary: isMarked ? WORDS : FIRST_WORDS,
    chunkSize: CHUNK_BYTES,
  }).toString('utf8');
  const { p, w, r, v, d, g, f } = readJson(json, 'a stored classification') as Packed;
  const span = (...[start, end, quote = text.slice(start, end)]: Span) => ({ quote, start, end });
  return {
    cv: judged.cv,
    sentiment: {
      label: judged.sentiment,
      ...(p !== undefined && {
        probabilities: { negative: p[0] / PARTS, neutral: p[1] / PARTS, positive: p[2] / PARTS },
      }),
      ...(w !== undefined && { reason: w }),
      reasons: r,
    },
    lang: judged.lang,
    verdicts: v.map(([where, ...reasons], place) => ({
      ...fromCompact(judged.verdicts[place] ?? ''),
      ...span(...where),
      reasons,
    })),
    dimensions: d.map(([place, ...where]) => ({
      dimension: judged.dimensions[place],
      ...span(...where),
    })),
    signals: g.map(([place, ...where]) => ({
      signal: judged.signals[place],
      ...span(...where),
    })),
    flags: f,
  };
}

/** A verdict as the day index shows it. */
export function toCompact({
  promise,
  promiseVersion,
  outcome,
  confidence,
}: Classification['verdicts'][number]): string {
  return `${promise}@${promiseVersion}:${outcome}:${confidence.toFixed(2)}`;
}

export function fromCompact(verdict: string) {
  const [promise = '', version, outcome, confidence] = verdict.split(/[@:]/);
  return {
    promise,
    promiseVersion: Number(version),
    outcome,
    confidence: Number(confidence),
  };
}
