import { readFloats, readIntegers } from './file-numbers.ts';
import { type Rarity, rarityOf } from './rarity.ts';
import type { Trees } from './trees.ts';

/** Bytes: depth, number of splits, bias, then features, limits, leaves. */
export function encodeTrees({ depth, bias, features, limits, leaves }: Trees): Uint8Array {
  const bytes = new Uint8Array(12 + 5 * features.length + 4 * leaves.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, depth, true);
  view.setUint32(4, features.length, true);
  view.setFloat32(8, bias, true);
  bytes.set(features, 12);
  const from = 12 + features.length;
  for (const [at, value] of [...limits, ...leaves].entries())
    view.setFloat32(from + 4 * at, value, true);
  return bytes;
}

/** @throws {Error} when the bytes are no trees of this version of the code */
export function decodeTrees(bytes: Uint8Array): Trees {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const depth = bytes.length < 12 ? 0 : view.getUint32(0, true);
  const count = bytes.length < 12 ? 0 : view.getUint32(4, true);
  const splits = 2 ** depth - 1;
  const leafCount = (count / splits) * (splits + 1);
  if (depth < 1 || depth > 8 || bytes.length !== 12 + 5 * count + 4 * leafCount) {
    throw new Error('The decision trees do not belong to this version of the code.');
  }
  return {
    depth,
    bias: view.getFloat32(8, true),
    features: bytes.slice(12, 12 + count),
    limits: readFloats(bytes, 12 + count, count),
    leaves: readFloats(bytes, 12 + 5 * count, leafCount),
  };
}

/** Bytes: number of stems, number of concepts, then keys, values, concepts. */
export function encodeRarity({ keys, values, concepts }: Rarity): Uint8Array {
  const bytes = new Uint8Array(8 + 5 * keys.length + concepts.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, keys.length, true);
  view.setUint32(4, concepts.length, true);
  for (const [at, key] of keys.entries()) view.setInt32(8 + 4 * at, key, true);
  bytes.set(values, 8 + 4 * keys.length);
  bytes.set(concepts, 8 + 5 * keys.length);
  return bytes;
}

/** @throws {Error} when the bytes are no such table of this version of the code */
export function decodeRarity(bytes: Uint8Array): Rarity {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.length < 8 ? -1 : view.getUint32(0, true);
  const conceptCount = bytes.length < 8 ? -1 : view.getUint32(4, true);
  if (bytes.length !== 8 + 5 * count + conceptCount) {
    throw new Error('The table of rare words does not belong to this version of the code.');
  }
  return rarityOf({
    keys: readIntegers(bytes, 8, count),
    values: bytes.slice(8 + 4 * count, 8 + 5 * count),
    concepts: bytes.slice(8 + 5 * count),
  });
}
