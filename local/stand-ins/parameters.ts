import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Place } from '../template/resource-types.ts';
import { type Answer, jsonAnswer } from './answer.ts';

type Parameter = {
  readonly type: string;
  readonly value: string;
  readonly version: number;
  /** Epoch seconds, as the API gives it. */
  readonly modified: number;
};

/** The SSM parameter store in one file that only its owner may read. */
export type Parameters = {
  readonly call: (operation: string, body: Readonly<Record<string, unknown>>) => Answer;
  /** Puts a parameter of the template in its place, without a new version if nothing changed. */
  readonly provide: (name: string, type: string, value: string) => void;
};

const JSON_1_1 = 'application/x-amz-json-1.1';

export function openParameters(file: string, place: Place, now: () => Date): Parameters {
  const kept = new Map<string, Parameter>(
    existsSync(file) ? Object.entries(JSON.parse(readFileSync(file, 'utf8')) as object) : [],
  );

  const save = (): void => {
    const draft = `${file}.draft`;
    writeFileSync(draft, JSON.stringify(Object.fromEntries(kept), undefined, 1), { mode: 0o600 });
    // An older draft would keep its old mode.
    chmodSync(draft, 0o600);
    renameSync(draft, file);
  };

  const put = (name: string, type: string, value: string): number => {
    const version = (kept.get(name)?.version ?? 0) + 1;
    kept.set(name, { type, value, version, modified: now().getTime() / 1000 });
    save();
    return version;
  };

  const show = (name: string, { type, value, version, modified }: Parameter, decrypt: boolean) => ({
    Name: name,
    Type: type,
    // Undecrypted values are ciphertext on AWS: nothing that a caller could use.
    Value: type === 'SecureString' && !decrypt ? 'encrypted' : value,
    Version: version,
    LastModifiedDate: modified,
    ARN: `arn:aws:ssm:${place.region}:${place.account}:parameter/${name.replace(/^\//, '')}`,
    DataType: 'text',
  });

  const operations: Readonly<Record<string, (body: Readonly<Record<string, unknown>>) => Answer>> =
    {
      GetParameter: (body) => {
        const name = String(body['Name']);
        const found = kept.get(name);
        if (found === undefined) return refuse('ParameterNotFound', '');
        return answer({ Parameter: show(name, found, body['WithDecryption'] === true) });
      },
      GetParameters: (body) => {
        const names = (body['Names'] as string[] | undefined) ?? [];
        const decrypt = body['WithDecryption'] === true;
        return answer({
          Parameters: names.flatMap((name) => {
            const found = kept.get(name);
            return found === undefined ? [] : [show(name, found, decrypt)];
          }),
          InvalidParameters: names.filter((name) => !kept.has(name)),
        });
      },
      GetParametersByPath: (body) => byPath(kept, body, show),
      PutParameter: (body) => {
        const name = String(body['Name']);
        const before = kept.get(name);
        if (before !== undefined && body['Overwrite'] !== true) {
          return refuse(
            'ParameterAlreadyExists',
            'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
          );
        }
        const type = String(body['Type'] ?? before?.type ?? 'String');
        return answer({ Version: put(name, type, String(body['Value'])), Tier: 'Standard' });
      },
      DeleteParameter: (body) => {
        if (!kept.delete(String(body['Name']))) return refuse('ParameterNotFound', '');
        save();
        return answer({});
      },
    };

  return {
    call: (operation, body) =>
      operations[operation]?.(body) ??
      refuse('UnknownOperationException', `${operation} is not part of the local run`),
    provide: (name, type, value) => {
      const before = kept.get(name);
      if (before?.value !== value || before.type !== type) put(name, type, value);
    },
  };
}

function byPath(
  kept: ReadonlyMap<string, Parameter>,
  body: Readonly<Record<string, unknown>>,
  show: (name: string, parameter: Parameter, decrypt: boolean) => unknown,
): Answer {
  const path = String(body['Path']).replace(/\/$/, '');
  const deep = body['Recursive'] === true;
  const limit = Number(body['MaxResults'] ?? 10);
  const start = Number(body['NextToken'] ?? 0);
  const names = [...kept.keys()]
    .filter((name) => name.startsWith(`${path}/`))
    .filter((name) => deep || !name.slice(path.length + 1).includes('/'))
    .toSorted();
  return answer({
    Parameters: names
      .slice(start, start + limit)
      .map((name) => show(name, kept.get(name) as Parameter, body['WithDecryption'] === true)),
    ...(start + limit < names.length ? { NextToken: String(start + limit) } : {}),
  });
}

function answer(body: unknown): Answer {
  return jsonAnswer(body, 200, JSON_1_1);
}

function refuse(name: string, message: string): Answer {
  return jsonAnswer({ __type: name, message }, 400, JSON_1_1);
}
