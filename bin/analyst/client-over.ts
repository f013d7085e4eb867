import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { Tables } from '../../local/stand-ins/tables.ts';

/**
 * Without methods: the client's own default does nothing with what it is told, but copies every answer first to take
 * secrets out, which costs a fifth of reading many mentions.
 */
const SILENT = {} as NonNullable<DynamoDBClientConfig['logger']>;

export function clientOf(config: DynamoDBClientConfig): DynamoDBClient {
  return new DynamoDBClient({ ...config, logger: SILENT });
}

/** A client without a port: its requests go to the tables in this process. */
export function clientOver(tables: Pick<Tables, 'call'>): DynamoDBClient {
  return clientOf({
    endpoint: 'http://127.0.0.1',
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: {
      handle: async (request: { headers: Record<string, string>; body?: unknown }) => {
        const operation = (request.headers['x-amz-target'] ?? '').split('.').at(-1) ?? '';
        const { status, headers, body } = await tables.call(operation, textOf(request.body));
        return { response: { statusCode: status, headers, body: Buffer.from(body) } };
      },
      metadata: { handlerProtocol: 'http/1.1' },
      updateHttpClientConfig: () => {},
      httpHandlerConfigs: () => ({}),
      destroy: () => {},
    } as never,
  });
}

function textOf(body: unknown): string {
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body);
}
