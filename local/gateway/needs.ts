import type { Place } from '../template/resource-types.ts';
import type { Need } from './policy.ts';

type Body = Readonly<Record<string, unknown>>;

/** Batch forms have no permission of their own on AWS. */
const SQS_PERMISSIONS: Readonly<Record<string, string>> = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
};

/** What a DynamoDB call needs: the index instead of the table where it reads one. */
export function tableNeeds(operation: string, body: Body, { region, account }: Place): Need[] {
  const action = `dynamodb:${operation}`;
  const arn = (table: string): string =>
    table.startsWith('arn:') ? table : `arn:aws:dynamodb:${region}:${account}:table/${table}`;
  if (operation.startsWith('Batch')) {
    const tables = Object.keys((body['RequestItems'] as object | undefined) ?? {});
    return tables.map((table) => ({ action, resource: arn(table) }));
  }
  const table = body['TableName'];
  if (typeof table !== 'string') return [{ action, resource: '*' }];
  const index = body['IndexName'];
  return [{ action, resource: arn(table) + (index === undefined ? '' : `/index/${index}`) }];
}

/** What an SQS call needs. A queue is named by the last part of its URL. */
export function queueNeeds(operation: string, body: Body, { region, account }: Place): Need[] {
  const url = body['QueueUrl'];
  const name = typeof url === 'string' ? url.slice(url.lastIndexOf('/') + 1) : body['QueueName'];
  return [
    {
      action: `sqs:${SQS_PERMISSIONS[operation] ?? operation}`,
      resource: typeof name === 'string' ? `arn:aws:sqs:${region}:${account}:${name}` : '*',
    },
  ];
}

/** What an SSM call needs. A path is authorised as the parameter of that name. */
export function parameterNeeds(operation: string, body: Body, { region, account }: Place): Need[] {
  const named = body['Name'] ?? body['Path'];
  const names = Array.isArray(body['Names']) ? body['Names'].map(String) : [String(named ?? '*')];
  return names.map((name) => ({
    action: `ssm:${operation}`,
    resource: `arn:aws:ssm:${region}:${account}:parameter/${name.replace(/^\/|\/$/g, '')}`,
  }));
}

/**
 * What sending a mail needs: the identity it is sent from, and the configuration set and the contact
 * list if it names them. Raw content is authorised as `ses:SendRawEmail` besides.
 *
 * @param identity the verified address or domain that covers the sender
 */
export function mailNeeds(body: Body, identity: string, { region, account }: Place): Need[] {
  const arn = (rest: string): string => `arn:aws:ses:${region}:${account}:${rest}`;
  const set = body['ConfigurationSetName'];
  const list = (body['ListManagementOptions'] as { ContactListName?: unknown } | undefined)
    ?.ContactListName;
  const content = body['Content'] as { Raw?: unknown } | undefined;
  const actions =
    content?.Raw === undefined ? ['ses:SendEmail'] : ['ses:SendEmail', 'ses:SendRawEmail'];
  const resources = [
    arn(`identity/${identity}`),
    ...(typeof set === 'string' ? [arn(`configuration-set/${set}`)] : []),
    ...(typeof list === 'string' ? [arn(`contact-list/${list}`)] : []),
  ];
  return actions.flatMap((action) => resources.map((resource) => ({ action, resource })));
}

/** What invoking a function needs. */
export function invokeNeeds(functionArn: string): Need[] {
  return [{ action: 'lambda:InvokeFunction', resource: functionArn }];
}
