import type { Need, Role, Ruling } from './policy.ts';

/** One thing one call needed, and whether the caller's role allowed it. */
export type CallRecord = {
  /** Logical id of the function or schedule, or `operator`. */
  readonly caller: string;
  readonly service: string;
  /** With its prefix: `dynamodb:PutItem`. */
  readonly action: string;
  readonly resource: string;
  readonly allowed: boolean;
  /** Instant on the run's clock, ISO 8601. */
  readonly at: string;
  /** Request units, where the answer carried them. */
  capacityUnits?: number;
};

export type UnusedGrant = {
  readonly role: string;
  readonly statement: string;
  readonly kind: 'action' | 'resource';
  /** The pattern of the statement that no allowed call has matched. */
  readonly pattern: string;
};

export type PolicyReport = {
  readonly denied: readonly CallRecord[];
  /** What the template grants and no call has used. */
  readonly unused: readonly UnusedGrant[];
  /** AWS's own managed policies, by role: their content is not checked. */
  readonly unknownPolicies: readonly { readonly role: string; readonly policy: string }[];
};

/** Every call of a run, and what of the granted permissions it used. */
export type Ledger = {
  readonly calls: readonly CallRecord[];
  readonly enter: (record: CallRecord, ruling: Ruling | undefined) => void;
  readonly report: () => PolicyReport;
};

/**
 * @param keep how many of the newest calls stay in `calls`; denied calls and the use of grants are kept for good
 */
export function createLedger(roles: Iterable<Role>, keep: number): Ledger {
  const calls: CallRecord[] = [];
  const denied: CallRecord[] = [];
  const used = new Set<string>();
  const known = [...roles];
  return {
    calls,
    enter: (record, ruling) => {
      calls.push(record);
      // Dropping one at a time would move the whole list at every call.
      if (calls.length > 2 * keep) calls.splice(0, calls.length - keep);
      if (!record.allowed) denied.push(record);
      for (const { statement, action, resource } of ruling?.grants ?? []) {
        used.add(grantKey(statement.id, 'action', action));
        used.add(grantKey(statement.id, 'resource', resource));
      }
    },
    report: () => ({
      denied: [...denied],
      unused: known.flatMap(grantsOf).filter((grant) => !used.has(keyOf(grant))),
      unknownPolicies: known.flatMap(({ name, unknownPolicies }) =>
        unknownPolicies.map((policy) => ({ role: name, policy })),
      ),
    }),
  };
}

/** The record of a need, before it is known how the call ended. */
export function callRecord(caller: string, need: Need, allowed: boolean, at: Date): CallRecord {
  return {
    caller,
    service: need.action.slice(0, need.action.indexOf(':')),
    action: need.action,
    resource: need.resource,
    allowed,
    at: at.toISOString(),
  };
}

function grantsOf(role: Role): UnusedGrant[] {
  return role.statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ id, actions, resources }) => [
      ...actions.map(
        (pattern) => ({ role: role.name, statement: id, kind: 'action', pattern }) as const,
      ),
      ...resources.map(
        (pattern) => ({ role: role.name, statement: id, kind: 'resource', pattern }) as const,
      ),
    ]);
}

const keyOf = ({ statement, kind, pattern }: UnusedGrant): string =>
  grantKey(statement, kind, pattern);

function grantKey(statement: string, kind: UnusedGrant['kind'], pattern: string): string {
  return `${statement} ${kind} ${pattern}`;
}
