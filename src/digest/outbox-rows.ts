import * as z from 'zod';

/** A digest, frozen when it was made: every mail about it is rendered from this row. */
export const DigestRow = z.strictObject({
  brand: z.string(),
  /** `<incident or period>#<kind>#<seq>`, the digest's identity. */
  key: z.string(),
  kind: z.string(),
  /** Incident numbers it is about, the worst first; empty for periodic digests. */
  incidents: z.array(z.int()),
  seq: z.int().min(1),
  createdAt: z.iso.datetime(),
  serious: z.boolean(),
  /** Promise and source ids it is about, for recipients with a scope. */
  promises: z.array(z.string()),
  /** The DigestModel as JSON. */
  model: z.string(),
});
export type DigestRow = z.infer<typeof DigestRow>;

/**
 * One mail to one recipient. claimed → sent | refused | postponed. A claim whose lease ran out without an
 * answer, and a postponed mail (SES said "not now"), are claimed again.
 * `overtaken`: dropped, because a newer digest of the same incident was made before it went out.
 */
export const SendRow = z.strictObject({
  brand: z.string(),
  digest: z.string(),
  /** First 16 hex digits of SHA-256 over the lower-case address. */
  recipient: z.string().regex(/^[0-9a-f]{16}$/),
  state: z.enum(['claimed', 'postponed', 'sent', 'refused', 'overtaken']),
  /** End of the claim. */
  leaseUntil: z.iso.datetime(),
  attempt: z.int().min(1),
  /** SES message id. */
  messageId: z.string().nullable(),
  at: z.iso.datetime(),
  /** A claim ran out without an answer of SES: the mail may have gone out twice. */
  possibleDuplicate: z.boolean(),
  /** Why it was refused or dropped. */
  reason: z.string().nullable(),
});
export type SendRow = z.infer<typeof SendRow>;
