import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifyWebhook, webhookSignature } from '../../src/sources/webhook.ts';

const now = new Date('2026-10-20T12:00:00.000Z');
const seconds = (offset = 0) => String(now.getTime() / 1000 + offset);
const secret = 's'.repeat(32);
const old = 'o'.repeat(40);
const body = Buffer.from('{"text":"They called back — twice."}');

function signed(more: Partial<Parameters<typeof verifyWebhook>[0]> = {}, key = secret) {
  const timestamp = more.timestamp ?? seconds();
  return { timestamp, body, signature: webhookSignature(key, timestamp, body), ...more };
}

describe('a webhook request', () => {
  it('is taken when it was signed a moment ago', () => {
    expect(verifyWebhook(signed(), [secret], now)).toMatchObject({ status: 'ok' });
  });

  it('is signed as documented: HMAC-SHA256 over timestamp, dot and body', () => {
    const expected = createHmac('sha256', secret).update(`${seconds()}.${body}`).digest('hex');
    expect(signed().signature).toBe(`v1=${expected}`);
  });

  it.each([
    ['without a signature', { signature: null }, 'NOT_SIGNED'],
    ['without a timestamp', { timestamp: null }, 'NOT_SIGNED'],
    ['with an empty signature', { signature: '' }, 'NOT_SIGNED'],
    ['with a signature of another scheme', { signature: `v0=${'a'.repeat(64)}` }, 'NOT_SIGNED'],
    ['with half a signature', { signature: `v1=${'a'.repeat(32)}` }, 'NOT_SIGNED'],
    ['with somebody’s own signature', { signature: `v1=${'a'.repeat(64)}` }, 'SIGNATURE_WRONG'],
    ['with another body', { body: Buffer.from('{}') }, 'SIGNATURE_WRONG'],
    ['with an empty body', { body: Buffer.alloc(0) }, 'SIGNATURE_WRONG'],
  ])('is refused %s', (_, more, code) => {
    const request = { ...signed(), ...more } as Parameters<typeof verifyWebhook>[0];
    expect(verifyWebhook(request, [secret], now)).toEqual({ status: 'refused', code });
  });

  it.each(['1e9', '-1', ' 1', '0x10', '', '9'.repeat(13), '2026-10-20T12:00:00Z'])(
    'is refused with the timestamp %j, even when it is signed',
    (timestamp) => {
      expect(verifyWebhook(signed({ timestamp }), [secret], now)).toEqual({
        status: 'refused',
        code: 'TIMESTAMP_INVALID',
      });
    },
  );

  it('is refused with another timestamp than the one that was signed', () => {
    const request = { ...signed({ timestamp: seconds(-900) }), timestamp: seconds() };
    expect(verifyWebhook(request, [secret], now)).toMatchObject({ code: 'SIGNATURE_WRONG' });
  });

  it.each([
    [-300, 'ok'],
    [-301, 'refused'],
    [300, 'ok'],
    [301, 'refused'],
  ])('that was signed %i seconds from now is %s', (offset, status) => {
    const request = signed({ timestamp: seconds(offset) });
    expect(verifyWebhook(request, [secret], now).status).toBe(status);
  });

  it('has the same key when it is sent again, and another one when anything differs', () => {
    const key = (request: Parameters<typeof verifyWebhook>[0]) => {
      const verdict = verifyWebhook(request, [secret], now);
      return verdict.status === 'ok' ? verdict.replayKey : undefined;
    };
    expect(key(signed())).toMatch(/^[0-9a-f]{64}$/);
    expect(key(signed())).toBe(
      key({ ...signed(), signature: `${signed().signature},v1=${'b'.repeat(64)}` }),
    );
    expect(key(signed())).not.toBe(key(signed({ timestamp: seconds(1) })));
  });

  it('may be signed with the old secret while it is being replaced, and with none other', () => {
    expect(verifyWebhook(signed({}, old), [secret, old], now).status).toBe('ok');
    expect(verifyWebhook(signed({}, old), [secret], now).status).toBe('refused');
    const both = `${signed({}, 'x'.repeat(32)).signature}, ${signed().signature}`;
    expect(verifyWebhook(signed({ signature: both }), [secret], now).status).toBe('ok');
  });

  it('with more signatures than a sender has reason for is not searched through', () => {
    const many = `${`v1=${'a'.repeat(64)},`.repeat(10)}${signed().signature}`;
    expect(verifyWebhook(signed({ signature: many }), [secret], now).status).toBe('refused');
  });

  it.each([[[]], [['']], [['short']], [[secret, 'short']]])(
    'cannot be checked with the secrets %j',
    (secrets) => {
      expect(() => verifyWebhook(signed(), secrets, now)).toThrow('at least 32 characters');
    },
  );
});
