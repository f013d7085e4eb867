import { type Answer, jsonAnswer, restError } from '../stand-ins/answer.ts';
import type { MailService } from '../stand-ins/mail.ts';
import type { Parameters } from '../stand-ins/parameters.ts';
import { type Queues, sqsError } from '../stand-ins/queues.ts';
import type { Tables } from '../stand-ins/tables.ts';
import type { Place } from '../template/resource-types.ts';
import type { Service } from './gateway.ts';
import { invokeNeeds, mailNeeds, parameterNeeds, queueNeeds, tableNeeds } from './needs.ts';

/** Answers a call of Lambda's Invoke. */
export type InvokeByName = (
  name: string,
  payload: unknown,
  asEvent: boolean,
) => Promise<Answer> | undefined;

export type StandIns = {
  readonly place: Place;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly mail: MailService;
  readonly parameters: Parameters;
  readonly invoke: InvokeByName;
};

const INVOKE_PATH = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** The services a function of the local run can call, by the name in a request's credential scope. */
export function createServices(standIns: StandIns): Readonly<Record<string, Service>> {
  const { place, tables, queues, mail, parameters, invoke } = standIns;
  return {
    dynamodb: ({ operation, body, text }) => ({
      needs: tableNeeds(operation, body, place),
      run: () => tables.call(operation, text),
      deny: (message) =>
        jsonAnswer(
          { __type: 'com.amazon.coral.service#AccessDeniedException', Message: message },
          400,
          'application/x-amz-json-1.0',
        ),
    }),
    sqs: ({ operation, body }) => ({
      needs: queueNeeds(operation, body, place),
      run: () => queues.call(operation, body),
      deny: (message) => sqsError('AccessDeniedException', message, 403, 'AccessDenied;Sender'),
    }),
    ssm: ({ operation, body }) => ({
      needs: parameterNeeds(operation, body, place),
      run: () => parameters.call(operation, body),
      deny: (message) =>
        jsonAnswer({ __type: 'AccessDeniedException', message }, 400, 'application/x-amz-json-1.1'),
    }),
    ses: ({ method, path, body }) =>
      method === 'POST' && path === '/v2/email/outbound-emails'
        ? {
            needs: mailNeeds(body, mail.identityOf(body), place),
            run: () => mail.send(body),
            deny: denyRest,
          }
        : undefined,
    lambda: ({ method, path, headers, text }) => {
      const [, named] = method === 'POST' ? (INVOKE_PATH.exec(path) ?? []) : [];
      if (named === undefined) return undefined;
      const name = named.slice(named.lastIndexOf(':') + 1);
      const asEvent = headers['x-amz-invocation-type'] === 'Event';
      return {
        needs: invokeNeeds(`arn:aws:lambda:${place.region}:${place.account}:function:${name}`),
        run: () =>
          invoke(name, text === '' ? {} : JSON.parse(text), asEvent) ??
          restError('ResourceNotFoundException', `Function not found: ${name}`, 404),
        deny: denyRest,
      };
    },
  };
}

function denyRest(message: string): Answer {
  return restError('AccessDeniedException', message, 403);
}
