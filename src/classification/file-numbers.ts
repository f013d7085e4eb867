/**
 * Numbers of an asset file as they lie in memory, copied at once: to read them one by one takes most of the time
 * of loading. Files are little-endian, as are all machines of Lambda.
 */
function copy(bytes: Uint8Array, from: number, count: number): ArrayBuffer {
  const copied = new Uint8Array(count * 4);
  copied.set(bytes.subarray(from, from + count * 4));
  return copied.buffer;
}

/** 32-bit floats from byte `from` on. */
export function readFloats(bytes: Uint8Array, from: number, count: number): Float32Array {
  return new Float32Array(copy(bytes, from, count));
}

/** 32-bit integers from byte `from` on. */
export function readIntegers(bytes: Uint8Array, from: number, count: number): Int32Array {
  return new Int32Array(copy(bytes, from, count));
}
