import * as z from 'zod';

export const RecipientHash = z.string().regex(/^[0-9a-f]{16}$/);

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
  /** The checked day that it tells of. Days that are made up for after an outage are told at one instant. */
  day: z.iso.date().optional(),
  serious: z.boolean(),
  /** Ids of the promises that its incidents are about. */
  promises: z.array(z.string()),
  /** Key of the recipients' scope that it was made for (`scopeKey`). Absent: everything about the brand. */
  scope: z.string().optional(),
  /** Of the digest about everything: keys of the scopes that were thought of when it was made. */
  scopes: z.array(z.string()).optional(),
  /** The DigestModel as JSON. */
  model: z.string(),
});
export type DigestRow = z.infer<typeof DigestRow>;

/**
 * What became of a mail after SES took it, as its events say; a later word stands above an earlier one.
 * `rejected`: SES itself did not pass it on.
 */
export const Delivery = z.enum(['delayed', 'delivered', 'rejected', 'bounced', 'complained']);
export type Delivery = z.infer<typeof Delivery>;

/**
 * One mail to one recipient, or one post to one channel. claimed → sent | refused | postponed. A claim whose
 * lease ran out without an answer, and a postponed one ("not now"), are claimed again.
 * `overtaken`: dropped, because a newer digest of the same incident was made before it went out.
 * `suppressed`: not sent, because the person unsubscribed, or an earlier mail bounced or was complained about.
 */
export const SendRow = z.strictObject({
  brand: z.string(),
  digest: z.string(),
  /** First 16 hex digits of SHA-256 over the lower-case address, or over the channel's name. */
  recipient: RecipientHash,
  state: z.enum(['claimed', 'postponed', 'sent', 'refused', 'overtaken', 'suppressed']),
  /** End of the claim. */
  leaseUntil: z.iso.datetime(),
  attempt: z.int().min(1),
  /** SES message id. */
  messageId: z.string().nullable(),
  at: z.iso.datetime(),
  /** A claim ran out without an answer of SES: the mail may have gone out twice. */
  possibleDuplicate: z.boolean(),
  /** Why it was refused, dropped or not delivered. */
  reason: z.string().nullable(),
  /** Absent until an event of SES says more than "sent". */
  delivery: Delivery.optional(),
});
export type SendRow = z.infer<typeof SendRow>;
