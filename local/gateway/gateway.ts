import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, jsonAnswer, restError } from '../stand-ins/answer.ts';
import { type CallRecord, callRecord, type Ledger } from './ledger.ts';
import { type Need, type Role, rule } from './policy.ts';

/** Who signs with an access key: a role of the template, or the operator, who may do everything. */
export type Caller = { readonly name: string; readonly role: Role | 'operator' };

/** A call of one service, taken apart: what it needs, and how it is carried out. */
export type ServiceCall = {
  readonly needs: readonly Need[];
  readonly run: () => Promise<Answer> | Answer;
  /** The service's own refusal. */
  readonly deny: (message: string) => Answer;
};

export type ServiceRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Last part of X-Amz-Target. */
  readonly operation: string;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
};

/** @returns undefined for a call the stand-in does not know */
export type Service = (request: ServiceRequest) => ServiceCall | undefined;

export type GatewayHost = {
  /** By the service name of the request's credential scope. */
  readonly services: Readonly<Record<string, Service>>;
  readonly findCaller: (accessKeyId: string) => Caller | undefined;
  readonly ledger: Ledger;
  readonly now: () => Date;
  readonly onDenied: (call: CallRecord) => void;
  /** Called around every call that a function makes. */
  readonly begin: () => void;
  readonly end: () => void;
  /** Pages that anybody on this computer may open: those that mails link to. */
  readonly page: (method: string, path: string) => Answer | undefined;
};

export type Gateway = { readonly endpoint: string; readonly close: () => Promise<void> };

const MAX_REQUEST_BYTES = 64 * 1024 * 1024;

/**
 * Checks a thing a caller wants to do, and enters it in the ledger.
 *
 * @returns the record, so that the units it cost can be added to it
 */
export function authorise(
  caller: Caller,
  need: Need,
  host: Pick<GatewayHost, 'ledger' | 'now' | 'onDenied'>,
): CallRecord {
  const ruling = caller.role === 'operator' ? undefined : rule(caller.role, need);
  const record = callRecord(caller.name, need, ruling?.allowed ?? true, host.now());
  host.ledger.enter(record, ruling);
  if (!record.allowed) host.onDenied(record);
  return record;
}

/**
 * The one door to all stand-ins. It listens on the loopback interface, knows the caller by the access
 * key id of the request's signature (the signature itself is not verified), and lets through what
 * the caller's role allows.
 */
export async function openGateway(resolveHost: () => GatewayHost | undefined): Promise<Gateway> {
  const server = createServer((request, response) => {
    const host = resolveHost();
    if (host === undefined) {
      const message = 'The local run is still starting.';
      reply(response, restError('ServiceUnavailable', message, 503), new Date());
      return;
    }
    void serve(request, host).then(
      (answer) => reply(response, answer, host.now()),
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        reply(response, restError('InternalFailure', message, 500), host.now());
      },
    );
  });
  // A client must never find its idle connection closed by us at the moment it writes.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(request: IncomingMessage, host: GatewayHost): Promise<Answer> {
  const page = host.page(request.method ?? 'GET', (request.url ?? '/').split('?')[0] ?? '/');
  if (page !== undefined) return page;
  const signature = readSignature(request.headers.authorization);
  const caller = signature === undefined ? undefined : host.findCaller(signature.accessKeyId);
  if (signature === undefined || caller === undefined) {
    return unrecognised();
  }
  const isFunction = caller.role !== 'operator';
  if (isFunction) host.begin();
  try {
    return await answerCall(request, signature.service, caller, host);
  } finally {
    if (isFunction) host.end();
  }
}

async function answerCall(
  request: IncomingMessage,
  serviceName: string,
  caller: Caller,
  host: GatewayHost,
): Promise<Answer> {
  const text = await readBody(request);
  const target = String(request.headers['x-amz-target'] ?? '');
  const call = host.services[serviceName]?.({
    method: request.method ?? 'GET',
    path: decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/'),
    headers: request.headers,
    operation: target.slice(target.lastIndexOf('.') + 1),
    text,
    body: readJson(text),
  });
  if (call === undefined) {
    const what = `${serviceName} ${target || `${request.method} ${request.url}`}`;
    return jsonAnswer(
      { __type: 'UnknownOperationException', message: `${what} is not part of the local run` },
      400,
    );
  }
  const records = call.needs.map((need) => authorise(caller, need, host));
  const denied = records.find(({ allowed }) => !allowed);
  if (denied !== undefined) {
    return call.deny(
      `User: ${roleOf(caller)} is not authorized to perform: ${denied.action} on resource: ${denied.resource} because no identity-based policy allows the ${denied.action} action`,
    );
  }
  const answer = await call.run();
  const units = capacityUnits(answer.body);
  if (units !== undefined && records[0] !== undefined) records[0].capacityUnits = units;
  return answer;
}

function roleOf({ name, role }: Caller): string {
  return role === 'operator'
    ? name
    : `${role.arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${name}`;
}

/** Key id and service of `Credential=<key>/<date>/<region>/<service>/aws4_request`. */
function readSignature(header = ''): { accessKeyId: string; service: string } | undefined {
  const at = header.indexOf('Credential=');
  if (!header.startsWith('AWS4-') || at < 0) return undefined;
  const scope = header.slice(at + 'Credential='.length).split(',')[0] ?? '';
  const [accessKeyId, , , service] = scope.split('/');
  return accessKeyId === undefined || service === undefined ? undefined : { accessKeyId, service };
}

function unrecognised(): Answer {
  const name = 'UnrecognizedClientException';
  return {
    status: 403,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': name },
    body: JSON.stringify({
      __type: `com.amazon.coral.service#${name}`,
      message: 'The security token included in the request is invalid.',
    }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_REQUEST_BYTES)
      throw new Error(`request is larger than ${MAX_REQUEST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readJson(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Sum of the request units an answer reports, where the caller asked for them. */
function capacityUnits(body: string): number | undefined {
  if (!body.includes('"ConsumedCapacity"')) return undefined;
  const { ConsumedCapacity: found } = JSON.parse(body) as {
    ConsumedCapacity?: { CapacityUnits: number } | { CapacityUnits: number }[];
  };
  if (found === undefined) return undefined;
  return (Array.isArray(found) ? found : [found]).reduce(
    (sum, { CapacityUnits }) => sum + CapacityUnits,
    0,
  );
}

function reply(response: ServerResponse, { status, headers, body }: Answer, now: Date): void {
  // The SDK corrects its clock by this header; it must not learn the laptop's time.
  response.sendDate = false;
  response.writeHead(status, {
    ...headers,
    date: now.toUTCString(),
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
