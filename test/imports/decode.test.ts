import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../src/imports/decode.ts';
import { all, pieces } from './pieces.ts';

const read = async (bytes: Uint8Array, encoding?: string, size = 7) =>
  (await all(decodeText(pieces(bytes, size), encoding))).join('');
const words = 'Straße, “café” – 10 €\nnaïve 😀\n';
const older = 'Straße, “café” – 10 €\r\n';

describe('the text of a file', () => {
  it.each([
    ['UTF-8', Buffer.from(words), words],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${words}`), words],
    ['UTF-16 LE with a mark', Buffer.from(`\uFEFF${words}`, 'utf16le'), words],
    ['UTF-16 BE with a mark', iconv.encode(`\uFEFF${words}`, 'utf16-be'), words],
    ['UTF-16 LE without one', Buffer.from('text,date\n"naïve"', 'utf16le'), 'text,date\n"naïve"'],
    ['UTF-16 BE without one', iconv.encode('text,date\nx', 'utf16-be'), 'text,date\nx'],
    ['windows-1252', iconv.encode(older, 'windows-1252'), older],
    ['plain letters', Buffer.from('text,date\n'), 'text,date\n'],
    ['one byte', Buffer.from('a'), 'a'],
    ['nothing', Buffer.alloc(0), ''],
  ])('in %s is found out, in pieces of any size', async (_, bytes, text) => {
    for (const size of [1, 2, 3, 7, 10_000]) expect(await read(bytes, undefined, size)).toBe(text);
  });

  it('is UTF-8 behind a hundred thousand plain letters, too', async () => {
    const text = `${'plain '.repeat(20_000)}${words}`;
    expect(await read(Buffer.from(text), undefined, 4096)).toBe(text);
    const cp1252 = `${'plain '.repeat(20_000)}${older}`;
    expect(await read(iconv.encode(cp1252, 'windows-1252'), undefined, 4096)).toBe(cp1252);
  });

  it('ends with a letter of windows-1252 that would begin a character of UTF-8', async () => {
    expect(await read(Buffer.from([0x63, 0x61, 0x66, 0xe9]))).toBe('café');
  });

  it('is what the operator says it is', async () => {
    expect(await read(iconv.encode('Привет', 'koi8-r'), 'koi8-r')).toBe('Привет');
    await expect(read(Buffer.from('a'), 'utf-9')).rejects.toThrow('unknown encoding "utf-9"');
  });
});
