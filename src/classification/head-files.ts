import { decodeDimensionHead, encodeDimensionHead } from './dimension-head.ts';
import { HEAD_NAMES, HEAD_SHAPES, type Head, type HeadName, type Heads } from './heads.ts';
import { OUTCOMES } from './outcomes.ts';
import { decodeRarity, decodeTrees, encodeRarity, encodeTrees } from './tree-files.ts';

const MAGIC = 0x35445750; // "PWD5"

/** Bytes of the hashed heads: per head the step, the dense weights, then one byte per word weight. */
const HASHED_BYTES = HEAD_NAMES.reduce((sum, name) => {
  const { classes, slots, dense } = HEAD_SHAPES[name];
  return sum + 4 + dense * classes * 4 + slots * classes;
}, 4);

/** Bytes of all heads: those of fixed size, then the others with their lengths. */
export function encodeHeads(heads: Heads): Uint8Array {
  const parts = [
    encodeDimensionHead(heads.dimension),
    encodeTrees(heads.touched),
    encodeTrees(heads.present),
    encodeTrees(heads.shown),
    ...heads.decided.map(encodeTrees),
    ...heads.decidedParts.map(encodeTrees),
    encodeRarity(heads.rarity),
  ];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.length, HASHED_BYTES));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  let at = 4;
  for (const name of HEAD_NAMES) {
    const head = heads[name];
    view.setFloat32(at, head.step, true);
    at += 4;
    for (const value of head.dense) {
      view.setFloat32(at, value, true);
      at += 4;
    }
    bytes.set(new Uint8Array(head.words.buffer, head.words.byteOffset, head.words.length), at);
    at += head.words.length;
  }
  for (const part of parts) {
    view.setUint32(at, part.length, true);
    bytes.set(part, at + 4);
    at += 4 + part.length;
  }
  return bytes;
}

/** @throws {Error} when the bytes are not heads of this version of the code */
export function decodeHeads(bytes: Uint8Array): Heads {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HASHED_BYTES || view.getUint32(0, true) !== MAGIC) {
    throw new Error('The promise heads do not belong to this version of the code.');
  }
  let at = 4;
  const read = (name: HeadName): Head => {
    const { classes, slots, dense } = HEAD_SHAPES[name];
    const step = view.getFloat32(at, true);
    at += 4;
    const numbers = new Float32Array(dense * classes);
    for (let index = 0; index < numbers.length; index += 1, at += 4) {
      numbers[index] = view.getFloat32(at, true);
    }
    const words = new Int8Array(bytes.buffer, bytes.byteOffset + at, slots * classes);
    at += slots * classes;
    return { classes, step, dense: numbers, words };
  };
  const touch = read('touch');
  const outcome = read('outcome');
  const next = (): Uint8Array => {
    const length = at + 4 <= bytes.length ? view.getUint32(at, true) : -1;
    if (length < 0 || at + 4 + length > bytes.length) {
      throw new Error('The promise heads do not belong to this version of the code.');
    }
    at += 4 + length;
    return bytes.subarray(at - length, at);
  };
  return {
    touch,
    outcome,
    dimension: decodeDimensionHead(next()),
    touched: decodeTrees(next()),
    present: decodeTrees(next()),
    shown: decodeTrees(next()),
    decided: OUTCOMES.map(() => decodeTrees(next())),
    decidedParts: OUTCOMES.map(() => decodeTrees(next())),
    rarity: decodeRarity(next()),
  };
}
