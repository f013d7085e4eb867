import {
  createServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { bedrockConverse } from '../../../src/adapters/bedrock.ts';

/** What the model was sent, as far as a test looks at it. */
export interface Sent {
  readonly path: string;
  readonly body: {
    readonly system: readonly { readonly text: string }[];
    readonly messages: readonly { readonly content: readonly { readonly text: string }[] }[];
    readonly inferenceConfig: { readonly maxTokens: number };
    readonly toolConfig: {
      readonly tools: readonly {
        readonly toolSpec: { readonly inputSchema: { readonly json: Record<string, unknown> } };
      }[];
    };
  };
}

export interface Reply {
  readonly status?: number;
  /** Name of an error, as the service states it. */
  readonly error?: string;
  readonly body?: object;
  /** Never answer. */
  readonly hang?: boolean;
}

/** A loopback server (HTTP/2, as the client speaks) that answers in the shapes that the Converse API documents, and a client of it. */
export async function backend(reply: (sent: Sent, call: number) => Reply, timeoutMs = 2000) {
  const sent: Sent[] = [];
  const answer = async (request: Http2ServerRequest, response: Http2ServerResponse) => {
    const body = JSON.parse(await text(request));
    sent.push({ path: decodeURIComponent(request.url ?? ''), body });
    const said = reply(sent.at(-1) as Sent, sent.length);
    if (said.hang === true) return;
    response.writeHead(said.status ?? 200, {
      'content-type': 'application/json',
      ...(said.error !== undefined && { 'x-amzn-errortype': said.error }),
    });
    response.end(JSON.stringify(said.body ?? { message: said.error }));
  };
  const server = createServer((request, response) => void answer(request, response));
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => sessions.add(session));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const client = new BedrockRuntimeClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    sent,
    converse: bedrockConverse({ client, timeoutMs }),
    close: async () => {
      client.destroy();
      for (const session of sessions) session.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** What the model says of mention n. */
export interface Said {
  readonly n: unknown;
  readonly sentiment: unknown;
  readonly verdicts: unknown;
}

/** An answer that calls the tool. */
export function toolUse(mentions: readonly unknown[], stopReason = 'tool_use'): Reply {
  return {
    body: {
      output: {
        message: {
          role: 'assistant',
          content: [
            {
              toolUse: {
                toolUseId: 'tooluse_1',
                name: 'record_verdicts',
                input: { mentions },
              },
            },
          ],
        },
      },
      stopReason,
      usage: { inputTokens: 800, outputTokens: 90, totalTokens: 890 },
      metrics: { latencyMs: 350 },
    },
  };
}

/** An answer in words. */
export function words(said: string, stopReason = 'end_turn'): Reply {
  return {
    body: {
      output: { message: { role: 'assistant', content: [{ text: said }] } },
      stopReason,
      usage: { inputTokens: 800, outputTokens: 20, totalTokens: 820 },
      metrics: { latencyMs: 200 },
    },
  };
}

/** The mentions that a request asks about. */
export function askedOf({ body }: Sent): { n: number; text: string; title?: string }[] {
  return JSON.parse(body.messages[0]?.content[0]?.text ?? '{}').mentions;
}
