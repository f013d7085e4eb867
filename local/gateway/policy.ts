import type { ResolvedResource } from '../template/resolve.ts';

/** One statement of a role's policies. */
export type Statement = {
  /** The policy it stands in, and its Sid or number there: what a person searches the template for. */
  readonly id: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
};

export type Role = {
  readonly name: string;
  readonly arn: string;
  readonly statements: readonly Statement[];
  /** Policies kept by AWS, whose content no template tells. */
  readonly unknownPolicies: readonly string[];
};

/** One thing a call needs: e.g. `sqs:SendMessage` on a queue's ARN. */
export type Need = { readonly action: string; readonly resource: string };

export type Ruling = {
  readonly allowed: boolean;
  /** The patterns that granted it: which statement, by which action, on which resource. */
  readonly grants: readonly {
    readonly statement: Statement;
    readonly action: string;
    readonly resource: string;
  }[];
};

/**
 * Whether a role may do a thing. An explicit Deny wins over every Allow.
 *
 * Conditions are outside it: a statement to allow counts as if its condition held, a statement
 * to deny counts only if it has none. Resource policies, permission boundaries, service control
 * policies and the content of AWS's own managed policies are outside it too.
 */
export function rule(role: Role, { action, resource }: Need): Ruling {
  const grants: { statement: Statement; action: string; resource: string }[] = [];
  for (const statement of role.statements) {
    const byAction = statement.actions.find((pattern) =>
      matches(pattern.toLowerCase(), action.toLowerCase()),
    );
    const onResource = statement.resources.find((pattern) => matches(pattern, resource));
    if (byAction === undefined || onResource === undefined) continue;
    if (statement.effect === 'Deny') return { allowed: false, grants: [] };
    grants.push({ statement, action: byAction, resource: onResource });
  }
  return { allowed: grants.length > 0, grants };
}

/** IAM's wildcards: `*` any run of characters, `?` any one. Linear but for the stars, which never backtrack past one. */
export function matches(pattern: string, value: string): boolean {
  let p = 0;
  let v = 0;
  let star = -1;
  let resumeAt = 0;
  while (v < value.length) {
    if (pattern[p] === '*') {
      star = p++;
      resumeAt = v;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === value[v])) {
      p += 1;
      v += 1;
    } else if (star >= 0) {
      p = star + 1;
      v = ++resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

/** The roles of a template with all that inline, attached and customer-managed policies grant them. */
export function readRoles(resources: readonly ResolvedResource[]): Map<string, Role> {
  const policies = resources.filter(({ type }) => POLICY_TYPES.has(type));
  const roles = new Map<string, Role>();
  for (const role of resources.filter(({ type }) => type === 'AWS::IAM::Role')) {
    const attachedArns = strings(role.properties['ManagedPolicyArns']);
    const attached = policies.filter(
      ({ properties, arn }) =>
        strings(properties['Roles']).includes(role.physicalName) || attachedArns.includes(arn),
    );
    const inline = objects(role.properties['Policies']);
    roles.set(role.arn, {
      name: role.physicalName,
      arn: role.arn,
      statements: [
        ...inline.flatMap((policy) =>
          readStatements(`${role.logicalId}/${policy['PolicyName']}`, policy['PolicyDocument']),
        ),
        ...attached.flatMap(({ logicalId, properties }) =>
          readStatements(logicalId, properties['PolicyDocument']),
        ),
      ],
      unknownPolicies: attachedArns.filter((arn) => !policies.some((policy) => policy.arn === arn)),
    });
  }
  return roles;
}

const POLICY_TYPES = new Set(['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']);

function readStatements(policy: string, document: unknown): Statement[] {
  const { Statement: found } = document as { Statement?: unknown };
  return objects(Array.isArray(found) ? found : [found]).flatMap((statement, index) => {
    const effect = statement['Effect'] === 'Deny' ? 'Deny' : 'Allow';
    if ('NotAction' in statement || 'NotResource' in statement) {
      throw new Error(
        `${policy} grants by exception (NotAction or NotResource): write what it grants, or the permission proof is blind`,
      );
    }
    if (effect === 'Deny' && statement['Condition'] !== undefined) return [];
    return {
      id: `${policy}#${statement['Sid'] ?? index}`,
      effect,
      actions: strings(statement['Action']),
      resources: strings(statement['Resource']),
    } as const;
  });
}

function strings(value: unknown): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
}
