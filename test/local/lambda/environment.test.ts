import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Environment, startEnvironment } from '../../../local/lambda/environment.ts';

let folder: string;
let running: Environment[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'environment-'));
});

afterEach(async () => {
  await Promise.all(running.map((environment) => environment.stop()));
  running = [];
  await rm(folder, { recursive: true, force: true });
});

async function environment(code: string, frozenAt?: number, memoryMb = 128): Promise<Environment> {
  await writeFile(join(folder, 'index.js'), code);
  const started = startEnvironment(
    {
      bundle: join(folder, 'package.json'),
      handler: 'index.handler',
      functionName: 'fn',
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:fn',
      memoryMb,
      timeoutMs: 5000,
      variables: { NAME: 'value' },
      logFile: join(folder, 'fn.jsonl'),
    },
    frozenAt,
  );
  running.push(started);
  return started;
}

const log = async (): Promise<unknown[]> =>
  (await readFile(join(folder, 'fn.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('an execution environment', () => {
  it('shows a frozen Date in all its forms, and the next call another', async () => {
    const code = `exports.handler = async () => {
      const now = new Date();
      return [now, Date.now(), Date(), new Date(0), Date.UTC(2020, 0), now instanceof Date, now.constructor === Date];
    };`;
    const instant = Date.parse('2026-03-02T05:30:00Z');
    const frozen = await environment(code, instant);
    const first = await frozen.invoke('a', '{}', instant);
    const text = new Date(instant).toString();
    const expected = ['1970-01-01T00:00:00.000Z', 1577836800000, true, true];
    expect(first).toEqual({
      outcome: 'succeeded',
      cpuMs: expect.any(Number),
      answer: JSON.stringify(['2026-03-02T05:30:00.000Z', instant, text, ...expected]),
    });
    const second = await frozen.invoke('b', '{}', instant + 60_000);
    expect(second).toMatchObject({ answer: expect.stringContaining('2026-03-02T05:31:00.000Z') });
  });

  it('sees nothing of the parent’s environment variables', async () => {
    const isolated = await environment('exports.handler = async () => process.env;');
    expect(await isolated.invoke('a', '{}', undefined)).toEqual({
      outcome: 'succeeded',
      cpuMs: expect.any(Number),
      answer: '{"NAME":"value"}',
    });
  });

  it('ends at its heap limit and says so', async () => {
    const hungry = await environment(
      'exports.handler = async () => { const hoard = []; for (;;) hoard.push(new Array(50000).fill(1)); };',
      undefined,
      64,
    );
    expect(await hungry.invoke('a', '{}', undefined)).toEqual({
      outcome: 'crashed',
      error: { errorType: 'Runtime.OutOfMemory', errorMessage: 'heap limit of 64 MB reached' },
    });
    expect(hungry.isAlive()).toBe(false);
  });

  it('fails every call when its bundle does not load', async () => {
    const broken = await environment('throw new SyntaxError("no bundle")');
    const expected = { outcome: 'crashed', error: { errorMessage: 'no bundle' } };
    expect(await broken.invoke('a', '{}', undefined)).toMatchObject(expected);
    expect(await broken.invoke('b', '{}', undefined)).toMatchObject(expected);
  });

  it('logs as Lambda’s JSON format does, up to the last line before its end', async () => {
    const talkative = await environment(
      `exports.handler = async () => {
        console.info({ event: 'one', count: 1 });
        console.log('two %d', 2, { deep: true });
        console.error(new TypeError('three', { cause: new Error('deeper') }));
        process.stdout.write('four\\n');
        process.exit(0);
      };`,
      0,
    );
    await talkative.invoke('request', '{}', 0);
    const timestamp = '1970-01-01T00:00:00.000Z';
    expect(await log()).toMatchObject([
      { timestamp, level: 'INFO', requestId: 'request', message: { event: 'one', count: 1 } },
      { level: 'INFO', message: 'two 2 { deep: true }' },
      {
        level: 'ERROR',
        message: {
          errorType: 'TypeError',
          errorMessage: 'three',
          cause: { errorMessage: 'deeper' },
        },
      },
      { level: 'INFO', message: 'four' },
    ]);
  });
});
