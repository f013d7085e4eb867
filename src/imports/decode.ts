import { ImportRefused } from './refused.ts';

/** Bytes beyond plain ASCII that are looked at before UTF-8 and windows-1252 are told apart. */
const SAMPLE_BYTES = 64 * 1024;

/**
 * Text of a file, piece by piece. A byte order mark decides; else zero bytes mean UTF-16; else it is
 * UTF-8 where the first 64 KB with other than plain letters are valid UTF-8, and windows-1252, as
 * older spreadsheets write it, where not.
 *
 * @param encoding name of the encoding where the operator knows better (WHATWG labels)
 * @throws {ImportRefused} for an encoding that nobody knows
 */
export async function* decodeText(
  bytes: AsyncIterable<Uint8Array>,
  encoding?: string,
): AsyncGenerator<string> {
  const decoder = textDecoder(encoding);
  for await (const chunk of bytes) yield decoder.write(Buffer.from(chunk));
  yield decoder.end();
}

type Decoder = InstanceType<typeof TextDecoder>;

/** Holds bytes back until it is known what they are. */
function textDecoder(encoding: string | undefined) {
  let decoder = encoding === undefined ? undefined : decoderFor(encoding);
  let held = Buffer.alloc(0);
  let isFirst = true;
  const choose = (isEnd: boolean): Decoder | undefined => {
    if (isFirst) decoder ??= decoderOfStart(held);
    isFirst = false;
    if (decoder === undefined && (isEnd || held.length >= SAMPLE_BYTES))
      decoder = decoderOfSample(held, isEnd);
    return decoder;
  };
  return {
    write(chunk: Buffer): string {
      held = Buffer.concat([held, chunk]);
      if (isFirst && held.length < 4) return '';
      const chosen = choose(false);
      // Plain letters are the same in all that is left to choose from.
      if (chosen === undefined && !isAscii(held)) return '';
      const text = chosen?.decode(held, { stream: true }) ?? held.toString('latin1');
      held = Buffer.alloc(0);
      return text;
    },
    end: (): string => choose(true)?.decode(held) ?? '',
  };
}

function decoderFor(encoding: string): Decoder {
  try {
    return new TextDecoder(encoding);
  } catch {
    throw new ImportRefused(
      `unknown encoding "${encoding}". Use a name such as utf-8, utf-16le, windows-1252 or shift_jis.`,
    );
  }
}

/** @returns undefined where the start does not tell */
function decoderOfStart(start: Buffer): Decoder | undefined {
  const [a, b, c] = start;
  if (a === 0xef && b === 0xbb && c === 0xbf) return new TextDecoder('utf-8');
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le');
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be');
  const pairs = Math.floor(Math.min(start.length, 64) / 2);
  const zeros = (from: number) =>
    Array.from({ length: pairs }, (_, n) => start[2 * n + from]).filter((byte) => byte === 0)
      .length;
  // Text in Latin letters as UTF-16 has a zero in every pair, always at the same place.
  if (pairs > 0 && zeros(1) > pairs / 2 && zeros(0) === 0) return new TextDecoder('utf-16le');
  if (pairs > 0 && zeros(0) > pairs / 2 && zeros(1) === 0) return new TextDecoder('utf-16be');
  return undefined;
}

/** @param isWhole the sample ends where the file does, so that half a character at its end is none */
function decoderOfSample(sample: Buffer, isWhole: boolean): Decoder {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: !isWhole });
    return new TextDecoder('utf-8');
  } catch {
    return new TextDecoder('windows-1252');
  }
}

function isAscii(bytes: Buffer): boolean {
  return bytes.every((byte) => byte < 0x80);
}
