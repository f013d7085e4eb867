import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  guardedAddresses,
  isPublicAddress,
  type Lookup,
} from '../../../src/sources/fetch/guard.ts';
import { handOut, requestHop } from '../../../src/sources/fetch/hop.ts';
import { FETCH_LIMITS } from '../../../src/sources/fetch/limits.ts';
import { safeFetch } from '../../../src/sources/fetch/safe-fetch.ts';
import { codeOf, fetchFrom, serve, type TestServer } from './servers.ts';

let canary: TestServer;
let redirector: TestServer;

beforeAll(async () => {
  canary = await serve((_, response) => response.end('secret'));
  redirector = await serve(({ url }, response) => {
    const target = decodeURIComponent((url ?? '').slice('/to/'.length));
    response.writeHead(302, { location: target }).end();
  });
});

afterAll(async () => {
  await canary.close();
  await redirector.close();
});

/** Resolves every name to these addresses. */
function resolvesTo(...addresses: string[]): Lookup {
  return async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
}

/** PORT becomes that of the canary, which must never be knocked at. */
function at(url: string): string {
  return url.replace('PORT', String(canary.port));
}

const SPELLINGS = [
  'http://127.0.0.1:PORT/',
  'http://127.0.0.1/',
  'http://127.1/',
  'http://127.0.1:PORT/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0x7f.0x0.0x0.0x1/',
  'http://017700000001/',
  'http://0177.0.0.1/',
  'http://0/',
  'http://0.0.0.0/',
  'http://127.0.0.1./',
  'http://127。0。0。1/',
  'http://１２７.０.０.１/',
  'http://①②⑦.⓪.⓪.①/',
  'http://[::1]/',
  'http://[::1]:PORT/',
  'http://[::]/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::ffff:0:127.0.0.1]/',
  'http://[::127.0.0.1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[64:ff9b:1::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[2001:0:7f00:1::]/',
  'http://[fe80::1]/',
  'http://[fc00::1]/',
  'http://[fd00:ec2::254]/',
  'http://[fec0::1]/',
  'http://[ff02::1]/',
  'http://[4000::1]/',
  'http://169.254.169.254/latest/meta-data/',
  'http://169.254.170.2/',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://192.168.0.1/',
  'http://100.64.0.1/',
  'http://198.18.0.1/',
  'http://192.0.0.1/',
  'http://192.0.2.1/',
  'http://198.51.100.1/',
  'http://203.0.113.1/',
  'http://224.0.0.1/',
  'http://240.0.0.1/',
  'http://255.255.255.255/',
  'http://localhost/',
  'http://localhost:PORT/',
  'http://LOCALHOST./',
  'http://x.localhost/',
  'http://printer.local/',
  'http://metadata.google.internal/',
  'http://intranet/',
  'http://router.lan/',
  'http://nas.home.arpa/',
  'http://user:password@127.0.0.1:PORT/',
  'http://user@example.com/',
  'http://example.com:8080/',
  'http://example.com:22/',
  'file:///proc/self/environ',
  'ftp://127.0.0.1/',
  'gopher://127.0.0.1:PORT/',
  'data:text/xml,<rss/>',
  'javascript:alert(1)',
  '//127.0.0.1/',
  '',
].map((url) => [url] as const);

describe('an address that is not public', () => {
  it.each(SPELLINGS)('is refused when it is written %j', async (url) => {
    // Whatever slips past the spelling must also not be resolved to this machine.
    const outcome = await safeFetch(at(url), { allowHttp: true, lookup: resolvesTo('127.0.0.1') });
    expect(outcome.status).toBe('failed');
    expect(canary.connections()).toBe(0);
  });

  it.each([
    ['loopback', ['127.0.0.1']],
    ['the metadata service', ['169.254.169.254']],
    ['a private network', ['10.1.2.3']],
    ['loopback, after a public address', ['93.184.215.14', '127.0.0.1']],
    ['loopback as mapped IPv6', ['::ffff:127.0.0.1']],
    ['loopback as IPv6, after a public one', ['2606:2800:21f:cb07:6820:80da:af6b:8b2c', '::1']],
    ['something that is no address', ['not-an-address']],
  ])('is refused when a name resolves to %s', async (_, addresses) => {
    const outcome = await safeFetch('https://feeds.example.com/', {
      lookup: resolvesTo(...addresses),
    });
    expect(codeOf(outcome)).toBe('ADDRESS_NOT_ALLOWED');
  });

  it.each([
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://169.254.169.254/',
    'http://10.0.0.1/',
    'file:///etc/passwd',
    'http://localhost/',
    'ftp://example.com/',
    'http://0x7f.1/',
    'http://user:pw@example.com/',
    'http://example.com:9001/',
    '//127.0.0.1/',
    'http://127.0.0.1:PORT/',
    'http://localhost:PORT/',
  ])('is refused when a server redirects to %j', async (target) => {
    const outcome = await fetchFrom(redirector, `/to/${encodeURIComponent(at(target))}`);
    expect(outcome.status).toBe('failed');
    expect(canary.connections()).toBe(0);
  });

  it('is refused when a redirect leads to a name that resolves to it', async () => {
    const path = `/to/${encodeURIComponent('http://rebind.example.com/')}`;
    const outcome = await fetchFrom(redirector, path, { lookup: resolvesTo('127.0.0.1') });
    expect(codeOf(outcome)).toBe('ADDRESS_NOT_ALLOWED');
  });

  it('is not reached by a name server that changes its answer', async () => {
    // Public at first, this machine from then on. Whoever asks again to connect would knock here.
    const answers = ['93.184.215.14', '127.0.0.1'];
    const lookup: Lookup = async () => [{ address: answers.shift() ?? '127.0.0.1', family: 4 }];
    const url = new URL(`http://rebind.example.com:${canary.port}/`);
    const checked = await guardedAddresses(url, { allowHttp: true, loopback: undefined }, lookup);
    expect(checked).toEqual([{ address: '93.184.215.14', family: 4 }]);
    const given: unknown[] = [];
    // What the connection is told, instead of a connection to the internet.
    handOut(checked)('rebind.example.com', { all: true }, (_, list) => given.push(list));
    expect(given).toEqual([checked]);
    expect(answers).toEqual(['127.0.0.1']);
    expect(canary.connections()).toBe(0);
  });

  it('gets no byte even where a connection was made', async () => {
    const signal = new AbortController().signal;
    const url = new URL(canary.url('/'));
    const addresses = [{ address: '127.0.0.1', family: 4 }];
    const hop = { url, headers: {}, addresses, loopback: false, signal, limits: FETCH_LIMITS };
    await expect(requestHop(hop)).rejects.toMatchObject({ code: 'ADDRESS_NOT_ALLOWED' });
    expect(canary.requests()).toEqual([]);
  });
});

describe('the exception for this machine', () => {
  it('holds for the pair it names, with the address that was resolved first', async () => {
    const local = await serve((_, response) => response.end('feed'));
    let asked = 0;
    const lookup: Lookup = async () => {
      asked += 1;
      return [{ address: '127.0.0.1', family: 4 }];
    };
    const pair = `feeds.example.com:${local.port}`;
    const outcome = await safeFetch(`http://${pair}/`, {
      allowHttp: true,
      allowedLoopback: [pair],
      lookup,
    });
    expect(outcome.status).toBe('ok');
    expect([asked, local.connections()]).toEqual([1, 1]);
    await local.close();
  });

  it('does not hold for another port, nor after a redirect from elsewhere', async () => {
    const other = await serve((_, response) => response.end('other'));
    const direct = await safeFetch(other.url('/'), {
      allowHttp: true,
      allowedLoopback: [redirector.pair],
    });
    expect(codeOf(direct)).toBe('PORT_NOT_ALLOWED');
    const path = `/to/${encodeURIComponent(other.url('/'))}`;
    const redirected = await fetchFrom(redirector, path, {
      allowedLoopback: [redirector.pair, other.pair],
    });
    expect(codeOf(redirected)).toBe('PORT_NOT_ALLOWED');
    expect(other.connections()).toBe(0);
    await other.close();
  });

  it('does not hold for an address that is not of this machine', async () => {
    const outcome = await safeFetch('http://10.0.0.1:8080/', {
      allowHttp: true,
      allowedLoopback: ['10.0.0.1:8080'],
    });
    expect(codeOf(outcome)).toBe('ADDRESS_NOT_ALLOWED');
  });
});

describe('a public address', () => {
  it.each(['93.184.215.14', '8.8.8.8', '2606:4700:4700::1111'])('is one like %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});
