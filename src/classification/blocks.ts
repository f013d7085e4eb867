/**
 * Small typed arrays cut from shared blocks of zeros: to make one of its own costs more than to fill it, and a text
 * needs a dozen. No part of a block is handed out twice; a block is freed with the last array in it.
 */
const BLOCK_BYTES = 1 << 16;

let block = new ArrayBuffer(BLOCK_BYTES);
let used = 0;

function take(bytes: number): number {
  if (used + bytes > BLOCK_BYTES) {
    block = new ArrayBuffer(BLOCK_BYTES);
    used = 0;
  }
  const at = used;
  used += (bytes + 7) & ~7;
  return at;
}

/** As many zeros, 32-bit floats. */
export function floats(count: number): Float32Array {
  if (count * 4 > BLOCK_BYTES) return new Float32Array(count);
  const at = take(count * 4);
  return new Float32Array(block, at, count);
}

/** These numbers as 32-bit floats; `Float32Array.of` takes far longer. */
export function floatsOf(values: readonly number[]): Float32Array {
  const made = floats(values.length);
  for (let at = 0; at < values.length; at += 1) made[at] = values[at] as number;
  return made;
}

/** As many zeros, 32-bit integers. */
export function integers(count: number): Int32Array {
  if (count * 4 > BLOCK_BYTES) return new Int32Array(count);
  const at = take(count * 4);
  return new Int32Array(block, at, count);
}

/** As many zeros, bytes. */
export function bytes(count: number): Uint8Array {
  if (count > BLOCK_BYTES) return new Uint8Array(count);
  const at = take(count);
  return new Uint8Array(block, at, count);
}
