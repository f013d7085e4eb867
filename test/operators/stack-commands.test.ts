import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoDigestStore } from '../../src/adapters/dynamodb/digests.ts';
import { aDigest, KEY } from '../digest/outbox.ts';
import { ACME_YAML, type Cloud, json, openCloud, run, tableOf } from './cloud.ts';
import { keyboard } from './keyboard.ts';

let cloud: Cloud;
let sqs: SQSClient;
beforeAll(async () => {
  cloud = await openCloud(ACME_YAML);
  sqs = new SQSClient({});
  cloud.answers['monitoring DescribeAlarms'] = json({ MetricAlarms: [] });
}, 60_000);
afterAll(async () => {
  sqs.destroy();
  await cloud.close();
});

const write = (yaml: string) => writeFileSync(join(cloud.cwd, 'promisewatch.yaml'), yaml);
const here = (argv: readonly string[], answers: readonly string[] = []) =>
  run(argv, { cwd: cloud.cwd, outside: keyboard(answers) });

describe('apply and config diff', () => {
  it('says that everything is new before the first apply', async () => {
    const { code, out, err } = await here(['config', 'diff']);
    expect(code).toBe(0);
    expect(out).toContain('+ brands.acme: "Acme"');
    expect(err).toContain('compared with no configuration yet. Next: promisewatch apply');
  });

  it('applies, finds nothing to change, then names what was edited and what follows from it', async () => {
    const first = await here(['apply']);
    expect([first.code, first.out]).toEqual([
      0,
      'configuration version 1 is current (Acme). Functions pick it up within 5 minutes.',
    ]);
    expect((await here(['config', 'diff'])).out).toBe(
      'promisewatch.yaml says the same as version 1.',
    );
    write(
      ACME_YAML.replace('within 60 seconds', 'within 90 seconds')
        .replace('headline: true', 'headline: false')
        .replace('acme-reviews', 'acme-forum'),
    );
    const { out, err } = await here(['config', 'diff']);
    expect(out.split('\n')).toEqual([
      '~ brands.acme.promises.fast.text: "We answer within 60 seconds" → "We answer within 90 seconds"',
      '~ brands.acme.promises.fast.headline: true → false',
      '+ brands.acme.sources.acme-forum: "Reviews"',
      '- brands.acme.sources.acme-reviews: "Reviews"',
    ]);
    expect(err).toContain('note  promise fast: its words change; raise its version');
    expect(err).toContain('note  source acme-forum: learns for 28 days');
  });

  it('says of an address of this machine that only the local run reads it', async () => {
    write(
      ACME_YAML.replace(
        'https://reviews.example/acme.rss',
        'http://127.0.0.1:8417/f\n        http: true',
      ),
    );
    const noted = await here(['config', 'check']);
    expect([noted.code, noted.err]).toEqual([
      0,
      expect.stringMatching(
        /^promisewatch\.yaml:19:14 {2}brands\.0\.sources\.0\.url {2}is of this machine: npm start reads it, a deployed collector refuses it$/m,
      ),
    ]);
    write(ACME_YAML);
    expect((await here(['config', 'check'])).err).toBe('');
  });

  it('goes back to an earlier version, and refuses one that never was', async () => {
    await here(['apply']);
    const back = await here(['apply', '--rollback', '1']);
    expect([back.code, back.out]).toEqual([
      0,
      'configuration version 1 is current again. Functions pick it up within 5 minutes.',
    ]);
    const never = await here(['apply', '--rollback', '9']);
    expect([never.code, never.err]).toEqual([
      4,
      'there is no configuration version 9. Nothing was changed.',
    ]);
    expect((await here(['apply', '--rollback', 'one'])).code).toBe(2);
    write(ACME_YAML);
  });

  it('lists every mistake of a file and applies nothing', async () => {
    write(ACME_YAML.replace('code: AC', 'code: acme').replace('kind: review', 'kind: opinion'));
    const { code, err } = await here(['apply']);
    write(ACME_YAML);
    expect(code).toBe(2);
    expect(err).toContain('brands.0.code');
    expect(err).toContain('2 mistakes. Nothing was applied.');
  });
});

describe('secrets set', () => {
  const stored = async (Name: string) =>
    (await new SSMClient({}).send(new GetParameterCommand({ Name, WithDecryption: true })))
      .Parameter;

  it('stores what comes in on stdin, encrypted, and shows it nowhere', async () => {
    const secret = 'tp-5f2c-do-not-show';
    const { code, out, err } = await here(['secrets', 'set', 'trustpilot'], [`${secret}\n`]);
    expect(code).toBe(0);
    expect(out).toBe(
      '/promisewatch/secrets/trustpilot is stored (version 1). Functions read it at their next start.',
    );
    expect(`${out}${err}`).not.toContain(secret);
    expect(err).toContain('Nothing in promisewatch.yaml names it yet');
    expect(await stored('/promisewatch/secrets/trustpilot')).toMatchObject({
      Type: 'SecureString',
      Value: secret,
    });
  });

  it('replaces it when it is set again', async () => {
    const { out } = await here(['secrets', 'set', 'trustpilot'], ['second']);
    expect(out).toContain('(version 2)');
  });

  it.each([
    ['a byte order mark before it', '\ufeffthird'],
    ['several line ends and blanks around it', ' \tthird \r\n\n'],
  ])('stores the key without %s', async (_, typed) => {
    expect((await here(['secrets', 'set', 'trustpilot'], [typed])).code).toBe(0);
    expect(await stored('/promisewatch/secrets/trustpilot')).toMatchObject({ Value: 'third' });
  });

  it.each([
    ['two lines', ['secrets', 'set', 'a'], ['one\r\ntwo\n'], 'the key has more than one line'],
    ['only a byte order mark', ['secrets', 'set', 'a'], ['\ufeff\n'], 'nothing came in on stdin'],
    ['an empty value', ['secrets', 'set', 'trustpilot'], ['\n'], 'nothing came in on stdin'],
    ['a name elsewhere', ['secrets', 'set', '../author-key'], ['x'], 'a name has letters'],
    ['a value of 5,000 bytes', ['secrets', 'set', 'a'], ['x'.repeat(5000)], 'longer than 4096'],
  ])('refuses %s', async (_, argv, answers, message) => {
    const { code, err } = await here(argv, answers);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('redrive', () => {
  const url = (part: string) =>
    Object.entries(cloud.aws.resources['AWS::SQS::Queue'] ?? {}).find(([id]) =>
      id.startsWith(part),
    )?.[1] ?? '';
  const depth = async (part: string) => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: url(part),
        AttributeNames: ['ApproximateNumberOfMessages'],
      }),
    );
    return Number(Attributes?.['ApproximateNumberOfMessages']);
  };
  const DEAD = 'CollectionPollsDeadLetters';
  const bury = async (body: string) => {
    await sqs.send(new SendMessageCommand({ QueueUrl: url(DEAD), MessageBody: body }));
  };
  const poll = JSON.stringify({
    v: 1,
    source: 'acme-reviews',
    leaseUntil: '2026-11-20T12:15:00.000Z',
  });

  it('says so when nothing lies there', async () => {
    expect((await here(['redrive', 'mentions'])).out).toBe('No dead letters of mentions.');
  });

  it('groups by reason in a dry run and leaves everything where it is', async () => {
    for (const body of [poll, poll, 'no json', '{"v":7}']) await bury(body);
    const { code, out } = await here(['redrive', 'polls', '--dry-run']);
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      '     2  well-formed: reading its source failed on our side (the log of collect says why)',
      '     1  not JSON',
      '     1  not an order to read a source',
      '4 messages of polls. Nothing was moved. Next: promisewatch redrive polls',
    ]);
    expect(await depth(DEAD)).toBe(4);
  });

  it('moves every message, and has nothing left to do the second time', async () => {
    const { out } = await here(['redrive', 'polls', '--json']);
    expect(JSON.parse(out)).toMatchObject({ queue: 'polls', dryRun: false, messages: 4 });
    expect(await depth(DEAD)).toBe(0);
    expect((await here(['redrive', 'polls'])).out).toBe('No dead letters of polls.');
  });

  it('explains a queue that does not exist', async () => {
    const { code, err } = await here(['redrive', 'mails']);
    expect(code).toBe(2);
    expect(err).toContain('Allowed choices are mentions, polls');
  });
});

describe('status', () => {
  it('tells stages that never ran, queues and sources, and red alarms with their section', async () => {
    cloud.answers['monitoring DescribeAlarms'] = json({
      MetricAlarms: [{ AlarmName: 'acme-watch-source-unread' }],
    });
    const { code, out } = await here(['status']);
    expect(code).toBe(0);
    expect(out).toContain('  acme-watch in eu-west-1, configuration 1');
    expect(out).toContain('! alarm     source-unread: docs/runbook.md#source-unread');
    expect(out).toContain('! rollup    last succeeded never');
    expect(out).toContain('mentions  0 waiting, 0 given up');
    expect(out).toContain('0 of 1 read at least once, 0 failing');
  });

  it('shows no alarm of a stack whose name begins like its own', async () => {
    const red = ['acme-watch-eu-source-unread', 'acme-watch-digest-late'];
    cloud.answers['monitoring DescribeAlarms'] = (body) => {
      const { AlarmNames, AlarmNamePrefix = '' } = JSON.parse(body);
      const asked = red.filter(
        (name) => AlarmNames?.includes(name) ?? name.startsWith(AlarmNamePrefix),
      );
      return json({ MetricAlarms: asked.map((AlarmName) => ({ AlarmName })) })();
    };
    const { out } = await here(['status', '--json']);
    expect(JSON.parse(out).alarms).toEqual(['digest-late']);
  });

  it('names a digest that cannot be read, and the waiting ones beside it', async () => {
    const table = tableOf(cloud);
    await dynamoDigestStore(table).freeze(aDigest());
    await dynamoDigestStore(table).freeze(aDigest({ key: 'AC-0002#opened#1' }));
    await table.update('G#acme', KEY, 'REMOVE seq', { expression: 'attribute_exists(PK)' });
    const { code, out } = await here(['status']);
    expect(code).toBe(0);
    expect(out).toContain('1 waiting: acme AC-0002#opened#1');
    expect(out).toContain(`! acme ${KEY} cannot be read: docs/runbook.md#a-row-that-cannot`);
  });

  it('goes on without CloudWatch', async () => {
    cloud.answers['monitoring DescribeAlarms'] = json({ __type: 'AccessDenied' }, 400);
    const { code, out } = await here(['status', '--json']);
    expect([code, JSON.parse(out).alarms]).toEqual([0, null]);
  });
});

describe('every command about a stack', () => {
  it.each([
    ['apply'],
    ['status'],
    ['config', 'diff'],
    ['redrive', 'polls'],
    ['forget', '--id', 'x'],
  ])('%s %s says when the stack is not there', async (...argv) => {
    write(ACME_YAML.replace('acme-watch', 'another-watch'));
    const { code, err } = await here(argv);
    write(ACME_YAML);
    expect(code).toBe(4);
    expect(err).toContain('stack another-watch in eu-west-1 is not there');
  });

  it('uses the file that it says it uses', () => {
    expect(readFileSync(join(cloud.cwd, 'promisewatch.yaml'), 'utf8')).toBe(ACME_YAML);
  });
});

describe('a command that changes something, with credentials that have expired', () => {
  it.each([
    ['apply'],
    ['apply', '--rollback', '1'],
    ['redrive', 'mentions'],
    ['forget', '--id', 'a'.repeat(32), '--yes'],
    ['secrets', 'set', 'trustpilot'],
  ])('%s %s says that nothing was changed, and how to sign in', async (...argv) => {
    const expired = json({ __type: 'ExpiredTokenException', message: 'expired' }, 400);
    Object.assign(cloud.answers, { 'ssm GetParameter': expired, 'ssm PutParameter': expired });
    const { code, err } = await here(
      argv.filter((word) => word !== undefined),
      ['a key'],
    );
    delete cloud.answers['ssm GetParameter'];
    delete cloud.answers['ssm PutParameter'];
    expect(code).toBe(3);
    expect(err).toMatch(
      /export AWS_PROFILE=NAME, then the same command again\.\nNothing was changed\.$/,
    );
  });
});
