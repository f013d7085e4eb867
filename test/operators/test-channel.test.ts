import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME_YAML, type Cloud, json, openCloud, run } from './cloud.ts';

const SECRET = '/promisewatch/secrets/channels/relay';
const YAML = `${ACME_YAML}    channels:
      - id: relay
        kind: webhook
        url: https://127.0.0.1:9/hook
        secret: ${SECRET}
`;
const SEND = 'ses POST /v2/email/outbound-emails';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud(YAML);
}, 60_000);
afterAll(() => cloud.close());

const test = (name: string) => run(['test-channel', name], { cwd: cloud.cwd });

describe('test-channel', () => {
  it('mails a test to a recipient, from the sender of the file, marked as automatic', async () => {
    let asked: unknown;
    cloud.answers[SEND] = (body) => {
      asked = JSON.parse(body);
      return json({ MessageId: '0100-test' })();
    };
    const { code, out } = await test('team@acme.example');
    expect([code, out]).toEqual([0, 'team@acme.example took the test (0100-test).']);
    expect(asked).toMatchObject({
      FromEmailAddress: expect.stringContaining('<watch@acme.example>'),
      Destination: { ToAddresses: ['team@acme.example'] },
      Content: {
        Simple: {
          Subject: { Data: 'Acme: a test of promisewatch' },
          Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
        },
      },
    });
  });

  it('says what SES answered and what to do where it takes nothing', async () => {
    cloud.answers[SEND] = json(
      {
        __type: 'MessageRejected',
        message: 'Email address is not verified. The following identities failed the check',
      },
      400,
    );
    const { code, err } = await test('team@acme.example');
    expect(code).toBe(5);
    expect(err).toContain(
      'team@acme.example did not get it: MessageRejected: Email address is not',
    );
    expect(err).toContain('promisewatch doctor says what SES lacks');
  });

  it('refuses a channel whose key is not stored, and posts nothing to this machine', async () => {
    const missing = await test('relay');
    expect(missing.code).toBe(5);
    expect(missing.err).toContain('relay did not get it');
    expect(missing.err).toContain(SECRET);
    const ssm = new SSMClient({});
    await ssm.send(
      new PutParameterCommand({ Name: SECRET, Value: 'k'.repeat(40), Type: 'SecureString' }),
    );
    ssm.destroy();
    const refused = await test('relay');
    expect(refused.code).toBe(5);
    expect(refused.err).toContain('relay did not get it');
    expect(refused.err).not.toContain(SECRET);
    expect(refused.err).not.toContain('kkkk');
  });

  it('names the nearest channel or recipient where it knows none of that name', async () => {
    const { code, err } = await test('rely');
    expect(code).toBe(4);
    expect(err).toContain('Did you mean "relay"?');
  });

  it('says so of a file that names neither', async () => {
    writeFileSync(
      join(cloud.cwd, 'promisewatch.yaml'),
      ACME_YAML.split('    recipients:')[0] ?? '',
    );
    const { code, err } = await test('relay');
    expect([code, err.includes('names neither channels nor recipients')]).toEqual([4, true]);
  });
});
