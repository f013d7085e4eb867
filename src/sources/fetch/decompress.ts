import { promisify } from 'node:util';
import { brotliDecompress, constants, gunzip, inflate, inflateRaw } from 'node:zlib';
import { FetchStop } from './failures.ts';
import { FETCH_LIMITS } from './limits.ts';

const unzip = {
  gzip: promisify(gunzip),
  br: promisify(brotliDecompress),
  deflate: promisify(inflate),
  raw: promisify(inflateRaw),
};

/**
 * Undoes the Content-Encoding of a body. Stops at `maxBytes` of output, so that a bomb costs no
 * more than an honest answer; a body that was cut off gives what it holds.
 *
 * @param contentEncoding the header, null without one; a gzip body without a header is noticed
 * @throws {FetchStop} BODY_TOO_LARGE, ENCODING_CHAIN, ENCODING_UNKNOWN, ENCODING_BROKEN
 */
export async function decompress(
  body: Buffer,
  contentEncoding: string | null,
  maxBytes: number,
): Promise<Buffer> {
  const encodings = (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== '' && encoding !== 'identity');
  if (encodings.length > FETCH_LIMITS.encodings) throw new FetchStop('ENCODING_CHAIN');
  let decoded = body;
  // The last one named was applied last.
  for (const encoding of encodings.toReversed()) {
    if (decoded.length > 0) decoded = await undo(decoded, encoding, maxBytes);
  }
  const hidden = encodings.length === 0 && decoded[0] === 0x1f && decoded[1] === 0x8b;
  return hidden ? await undo(decoded, 'gzip', maxBytes) : decoded;
}

async function undo(body: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  const options = { maxOutputLength: maxBytes, finishFlush: constants.Z_SYNC_FLUSH };
  try {
    switch (encoding) {
      case 'gzip':
      case 'x-gzip':
        return await unzip.gzip(body, options);
      case 'br':
        return await unzip.br(body, {
          maxOutputLength: maxBytes,
          finishFlush: constants.BROTLI_OPERATION_FLUSH,
        });
      case 'deflate':
        return await inflateEither(body, options);
      default:
        throw new FetchStop('ENCODING_UNKNOWN');
    }
  } catch (error) {
    throw stopFor(error);
  }
}

/** Servers disagree whether "deflate" means zlib, as the standard says, or the bare stream. */
async function inflateEither(
  body: Buffer,
  options: { readonly maxOutputLength: number; readonly finishFlush: number },
): Promise<Buffer> {
  const isZlib =
    ((body[0] ?? 0) & 0x0f) === 8 && (((body[0] ?? 0) << 8) | (body[1] ?? 0)) % 31 === 0;
  return isZlib ? await unzip.deflate(body, options) : await unzip.raw(body, options);
}

function stopFor(error: unknown): FetchStop {
  if (error instanceof FetchStop) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return new FetchStop(code === 'ERR_BUFFER_TOO_LARGE' ? 'BODY_TOO_LARGE' : 'ENCODING_BROKEN');
}
