import { describe, expect, it } from 'vitest';
import { serveFunctionUrl } from '../../local/function-url.ts';
import type { LocalAws } from '../../local/local-aws.ts';

type Call = { readonly name: string; readonly payload: Record<string, unknown> };

/** A function that answers with this, and what it was called with. */
async function door(answer: unknown) {
  const calls: Call[] = [];
  const aws: Pick<LocalAws, 'invoke'> = {
    invoke: async (name, payload) => {
      calls.push({ name, payload: payload as Call['payload'] });
      return answer === undefined
        ? {
            outcome: 'failed',
            error: { errorType: 'Error', errorMessage: 'no', trace: [] },
          }
        : { outcome: 'succeeded', answer: JSON.stringify(answer) };
    },
  };
  return { calls, url: await serveFunctionUrl(aws, 'Receive') };
}

describe('a function URL on this machine', () => {
  it('calls the function with path, headers and body, and gives its answer back', async () => {
    const { calls, url } = await door({
      statusCode: 202,
      headers: { 'content-type': 'application/json' },
      body: '{"status":"received"}',
    });
    const response = await fetch(`${url.url}shop?x=1`, {
      method: 'POST',
      headers: { 'Promisewatch-Timestamp': '1' },
      body: 'größe',
    });
    await url.close();
    expect([response.status, await response.json()]).toEqual([202, { status: 'received' }]);
    expect(calls).toMatchObject([
      {
        name: 'Receive',
        payload: {
          rawPath: '/shop',
          rawQueryString: 'x=1',
          requestContext: { http: { method: 'POST' } },
          headers: { 'promisewatch-timestamp': '1' },
          body: Buffer.from('größe').toString('base64'),
          isBase64Encoded: true,
        },
      },
    ]);
  });

  it('answers 502 where the function fails, as Lambda does', async () => {
    const { url } = await door(undefined);
    const response = await fetch(url.url);
    await url.close();
    expect(response.status).toBe(502);
  });

  it('refuses a body that Lambda would refuse, without calling it', async () => {
    const { calls, url } = await door({ statusCode: 200 });
    const response = await fetch(url.url, { method: 'POST', body: Buffer.alloc(6_300_000) }).catch(
      () => undefined,
    );
    await url.close();
    expect(response === undefined || response.status === 413).toBe(true);
    expect(calls).toEqual([]);
  });
});
