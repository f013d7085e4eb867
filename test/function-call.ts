import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { TestTable } from './dynamodb.ts';

/**
 * One call of a function in a process of its own, as Lambda would start it.
 *
 * @param env besides region, credentials, the table and where it is
 */
export function callFunction(
  name: string,
  db: TestTable,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly failed: boolean; readonly log: string }> {
  const handler = join(import.meta.dirname, '..', 'lambdas', name, 'handler.ts');
  const call = `const { handler } = await import(${JSON.stringify(handler)}); await handler();`;
  const all = {
    PATH: process.env['PATH'],
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: db.endpoint,
    TABLE_NAME: db.tableName,
    METRICS_NAMESPACE: 'promisewatch',
    ...env,
  };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--input-type=module', '-e', call],
      { env: all },
      (error, stdout, stderr) => resolve({ failed: error !== null, log: stdout + stderr }),
    );
  });
}
