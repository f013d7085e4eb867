import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { World } from '../../bin/command.ts';
import { main } from '../../bin/main.ts';
import { virtualClock } from '../../local/clock.ts';
import { type LocalAws, startLocalAws } from '../../local/local-aws.ts';
import { dynamoTable, type Table } from '../../src/adapters/dynamodb/table.ts';
import { madeApp } from '../lib/synthesise.ts';

/** What AWS answered, by `service operation`: recorded from the APIs' documented shapes. */
export type Answers = Record<string, (body: string) => { status?: number; body: string }>;

export interface Cloud {
  readonly aws: LocalAws;
  /** Answers of services that the local run does not have; a test replaces what it is about. */
  readonly answers: Answers;
  /** `service operation` of every call that went through. */
  readonly calls: string[];
  /** Folder with promisewatch.yaml in it. */
  readonly cwd: string;
  readonly close: () => Promise<void>;
}

const STARTS = '2026-11-20T12:00:00.000Z';

/**
 * The stack of `test/lib/synthesise.ts` on the stand-ins of the local run, behind one address that also answers
 * for the services that operators' commands ask beside them. The commands' AWS clients find it by the
 * environment, as they would find AWS.
 */
export async function openCloud(config: string, stackName = 'acme-watch'): Promise<Cloud> {
  const folder = mkdtempSync(join(tmpdir(), 'promisewatch-cloud-'));
  const { app, close: removeTemplates } = madeApp({ stackName });
  app.synth();
  const aws = await startLocalAws({
    assemblyDir: app.outdir,
    dataDir: join(folder, 'data'),
    clock: virtualClock(STARTS),
  });
  const cwd = join(folder, 'work');
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'promisewatch.yaml'), config);
  const answers: Answers = {};
  const calls: string[] = [];
  const server = createServer((request, response) => {
    void answer(request, aws, answers, calls)
      // A mistake in a recorded answer must fail its test at once, not by a timeout.
      .catch((error) => ({ status: 400, body: String(error), type: 'text/plain' }))
      .then(({ status = 200, body, type }) => {
        response.writeHead(status, { 'content-type': type ?? contentTypeOf(body) });
        response.end(body);
      });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    // Addresses of queues name their host.
    AWS_ENDPOINT_URL_SQS: aws.endpoint,
    AWS_ACCESS_KEY_ID: aws.operatorCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.operatorCredentials.secretAccessKey,
    AWS_REGION: 'eu-west-1',
    AWS_MAX_ATTEMPTS: '1',
  });
  return {
    aws,
    answers,
    calls,
    cwd,
    close: async () => {
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
      await aws.close();
      server.closeAllConnections();
      server.close();
      removeTemplates();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The stack's table, as the operator's credentials see it. */
export function tableOf({ aws }: Cloud): Table {
  const [tableName = ''] = Object.values(aws.resources['AWS::DynamoDB::GlobalTable'] ?? {});
  return dynamoTable(new DynamoDBClient({}), tableName);
}

const contentTypeOf = (body: string) =>
  body.startsWith('<') ? 'text/xml' : 'application/x-amz-json-1.0';

async function answer(
  request: IncomingMessage,
  aws: LocalAws,
  answers: Answers,
  calls: string[],
): Promise<{ status?: number; body: string; type?: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString('utf8');
  const service = /Credential=[^/]+\/[^/]+\/[^/]+\/([^/]+)\//.exec(
    request.headers.authorization ?? '',
  )?.[1];
  const target =
    String(request.headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1) ?? '';
  const action = /(?:^|&)Action=(\w+)/.exec(body)?.[1] ?? '';
  const path = `${request.method} ${decodeURIComponent((request.url ?? '').split('?')[0] ?? '')}`;
  const call = `${service} ${[target, action, path].find((name) => name !== '')}`;
  calls.push(call);
  const known = answers[call];
  if (known !== undefined) return known(body);
  const forwarded = await fetch(`${aws.endpoint}${request.url}`, {
    method: request.method ?? 'POST',
    headers: Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) =>
        typeof value === 'string' &&
        !['host', 'connection', 'content-length', 'expect'].includes(name)
          ? [[name, value]]
          : [],
      ),
    ),
    ...(body !== '' && { body }),
  });
  return {
    status: forwarded.status,
    body: await forwarded.text(),
    type: forwarded.headers.get('content-type') ?? 'application/json',
  };
}

/** An XML answer of the query protocol. */
export const xml = (action: string, result: string) => () => ({
  body: `<${action}Response><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>`,
});
export const xmlError =
  (code: string, message: string, status = 400) =>
  () => ({
    status,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
  });
export const json =
  (value: unknown, status = 200) =>
  () => ({ status, body: JSON.stringify(value) });

export interface Ran {
  readonly code: number;
  /** What was printed on stdout. */
  readonly out: string;
  /** What was printed on stderr. */
  readonly err: string;
}

/** Runs a command line through the real entry point. */
export async function run(argv: readonly string[], only: Partial<World> = {}): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(argv, {
    print: (line) => out.push(line),
    complain: (line) => err.push(line),
    now: () => new Date(STARTS),
    env: {},
    cwd: tmpdir(),
    randomBytes: (size) => Buffer.alloc(size, 7),
    ...only,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

export const ACME_YAML = `deploy:
  stackName: acme-watch
  region: eu-west-1
  mailFrom: watch@acme.example
  alarmEmail: operators@acme.example
timeZone: Europe/London
brands:
  - id: acme
    name: Acme
    code: AC
    promises:
      - id: fast
        text: We answer within 60 seconds
        headline: true
    sources:
      - id: acme-reviews
        name: Reviews
        kind: review
        url: https://reviews.example/acme.rss
    recipients:
      - email: team@acme.example
`;
