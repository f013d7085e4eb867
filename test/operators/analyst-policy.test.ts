import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoMentionStore } from '../../src/adapters/dynamodb/mentions.ts';
import { dynamoCheckpoints } from '../../src/adapters/dynamodb/settings.ts';
import { aClassification, aMention } from '../fixtures.ts';
import { synthesise } from '../lib/synthesise.ts';
import { ACME_YAML, type Cloud, openCloud, run, tableOf } from './cloud.ts';

interface Statement {
  readonly Sid: string;
  readonly Action: string | string[];
}

/** `service Action` of every statement, as the cloud of the tests notes a call. */
function allowed(mayAnnotate: boolean): string[] {
  const [policy] = synthesise({ analysts: { mayAnnotate } }).ofType('AWS::IAM::ManagedPolicy');
  const statements: Statement[] = policy?.properties.PolicyDocument.Statement;
  return statements
    .flatMap(({ Action }) => Action)
    .map((action) => action.replace(':', ' '))
    .toSorted();
}

const ID = 'a'.repeat(32);
const NOW = new Date('2026-11-20T12:00:00.000Z');
const READING = [
  ['promises'],
  ['mentions', 'list'],
  ['mentions', 'show', ID],
  ['incidents', 'list'],
  ['trends'],
  ['sources'],
  ['coverage'],
  ['sends'],
  ['action', 'list'],
  ['sync'],
  ['sql', 'SELECT count(*) FROM mentions', '--fresh'],
];
const ANNOTATING = [
  ['action', 'add', 'New rota', '--promise', 'fast', '--by', 'Ada'],
  ['mentions', 'relabel', ID, '--sentiment', 'neutral', '--by', 'Ada'],
];

let cloud: Cloud;
let cache: string;
beforeAll(async () => {
  cloud = await openCloud(ACME_YAML);
  cache = mkdtempSync(join(tmpdir(), 'analyst-policy-'));
  await run(['apply'], { cwd: cloud.cwd });
  const table = tableOf(cloud);
  await dynamoCheckpoints(table).set('classifier#acme', 'cv1');
  await dynamoMentionStore(table).save(
    aMention({ id: ID, publishedAt: '2026-11-19T09:00:00.000Z', bucketDay: '2026-11-19' }),
    aClassification(),
  );
}, 60_000);
afterAll(async () => {
  await cloud.close();
  rmSync(cache, { recursive: true, force: true });
});
beforeEach(() => {
  cloud.calls.length = 0;
});

/** What the commands asked of AWS, each kind of call once. */
async function callsOf(commands: readonly (readonly string[])[]): Promise<string[]> {
  for (const argv of commands) {
    const { code, err } = await run(argv, {
      cwd: cloud.cwd,
      env: { PROMISEWATCH_CACHE: cache },
      now: () => NOW,
      // Two notes of one moment need two ids.
      randomBytes,
    });
    // Nothing is tested at so little data: `trends` says so with 4 after it has asked.
    const answered = argv[0] === 'trends' ? 4 : 0;
    expect({ argv, code, err: code === answered ? '' : err }).toEqual({
      argv,
      code: answered,
      err: '',
    });
  }
  return [...new Set(cloud.calls)].toSorted();
}

describe('the policy for analysts', () => {
  it('lets them read: every command asks for what it grants, and for nothing else', async () => {
    expect(await callsOf(READING)).toEqual(allowed(false));
  }, 60_000);

  it('lets them annotate where promisewatch.yaml says so, with two grants more', async () => {
    expect(await callsOf([...READING, ...ANNOTATING])).toEqual(allowed(true));
  }, 60_000);
});
