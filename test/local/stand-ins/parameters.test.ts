import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openParameters } from '../../../local/stand-ins/parameters.ts';

const place = { account: '000000000000', region: 'us-east-1', endpoint: '' };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parameters-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const open = () => openParameters(join(folder, 'p.json'), place, () => new Date('2026-03-02'));

type Answered = { Parameters: { Name: string }[]; NextToken?: string };

describe('the parameter store', () => {
  it('reads a path, its branches only when asked, page by page', () => {
    const store = open();
    for (const name of ['/a/1', '/a/2', '/a/b/3', '/ab/4']) {
      store.call('PutParameter', { Name: name, Value: 'x', Type: 'String' });
    }
    const read = (body: object): Answered =>
      JSON.parse(store.call('GetParametersByPath', { Path: '/a', ...body }).body);
    const names = (answer: Answered): string[] => answer.Parameters.map(({ Name }) => Name);
    expect(names(read({}))).toEqual(['/a/1', '/a/2']);
    expect(names(read({ Recursive: true }))).toEqual(['/a/1', '/a/2', '/a/b/3']);
    const first = read({ MaxResults: 1 });
    expect(names(first)).toEqual(['/a/1']);
    expect(names(read({ MaxResults: 1, NextToken: first.NextToken }))).toEqual(['/a/2']);
  });

  it('overwrites only when told to, and counts versions', () => {
    const store = open();
    const put = (change: object = {}) =>
      store.call('PutParameter', { Name: '/a', Value: 'x', Type: 'SecureString', ...change });
    expect(JSON.parse(put().body)).toMatchObject({ Version: 1 });
    expect(JSON.parse(put().body)).toMatchObject({ __type: 'ParameterAlreadyExists' });
    expect(JSON.parse(put({ Overwrite: true }).body)).toMatchObject({ Version: 2 });
  });

  it('keeps what the template provides without a new version each time', () => {
    open().provide('/a', 'String', 'x');
    open().provide('/a', 'String', 'x');
    const read = () => JSON.parse(open().call('GetParameter', { Name: '/a' }).body);
    expect(read()).toMatchObject({ Parameter: { Value: 'x', Version: 1 } });
    open().provide('/a', 'String', 'y');
    expect(read()).toMatchObject({ Parameter: { Value: 'y', Version: 2 } });
  });

  it('is readable for its owner alone', async () => {
    open().call('PutParameter', { Name: '/a', Value: 'x', Type: 'SecureString' });
    expect((await stat(join(folder, 'p.json'))).mode & 0o777).toBe(0o600);
  });
});
