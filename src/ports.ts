import type { SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import type { Classification } from './classification/classification.ts';
import type { ClassifiedMention } from './classification/classified-mention.ts';
import type { IndexedMention } from './classification/indexed-mention.ts';
import type { Settings } from './config/config.ts';
import type { DigestRow, SendRow } from './digest/outbox-rows.ts';
import type { RecipientState } from './digest/recipient-state.ts';
import type { Mention } from './mentions/mention.ts';
import type { Note } from './rollups/note.ts';
import type { Rollup } from './rollups/rollup.ts';
import type { PollMessage, SourceState } from './sources/source-state.ts';
import type { CheckResult, Incident } from './trends/incident.ts';

/**
 * Every way the product touches the world, on one page. Times are ISO instants in UTC, days are
 * `YYYY-MM-DD` in the brand's time zone.
 */

/** How a save ended. `stale`: an older reading arrived after a newer one. `erased`: a person had it removed. */
export type SaveOutcome = 'new' | 'new-version' | 'duplicate' | 'stale' | 'erased';
/** How a deletion mark ended. `unknown`: nothing is stored under this id. */
export type MarkOutcome = 'deleted' | 'unknown' | 'already';

export interface MentionStore {
  /**
   * Stores one version of a mention, once, however often it is called.
   *
   * @returns how it ended, and every day whose counts may have changed: also after a duplicate,
   *   because the attempt before may have died between the write and the dirty mark
   * @throws {IdentityConflict} when another statement is stored under the same id
   */
  save(
    mention: Mention,
    classification: Classification,
  ): Promise<{ readonly outcome: SaveOutcome; readonly days: readonly string[] }>;
  /**
   * Marks a mention that its source no longer shows. It stays, and it stays counted: it was said. A
   * save of a later reading takes the mark away.
   */
  markDeleted(brand: string, id: string, noticedAt: string): Promise<MarkOutcome>;
  /** All counted mentions of one day, newest versions only, in a fixed order. */
  ofDay(brand: string, day: string, now: Date): Promise<IndexedMention[]>;
  /** Full mentions by id; unknown and erased ids are left out. In the order of `ids`. */
  read(brand: string, ids: readonly string[]): Promise<ClassifiedMention[]>;
  /** As `read`, in any order. */
  readMany(brand: string, ids: readonly string[]): Promise<ClassifiedMention[]>;
  /** Every version of one mention, newest first; empty when there is none. */
  history(brand: string, id: string): Promise<ClassifiedMention[] | 'erased'>;
}

/** What people did: actions, relabels, steps on incidents. Rows are added and never changed. */
export interface NoteStore {
  add(note: Note): Promise<void>;
  /** All of a brand, oldest first. */
  ofBrand(brand: string): Promise<Note[]>;
}

/** A stored row that cannot be parsed: damaged, or written by a newer version. */
export interface UnreadableRow {
  readonly brand: string;
  /** Of the digest; of a send, followed by `#TO#` and the recipient. */
  readonly key: string;
  readonly error: unknown;
}

/** What was mailed, to be looked at. */
export interface SendLog {
  /** Digests made on or after `since`, and every mail about any digest of the brand, oldest first. */
  since(
    brand: string,
    since: string,
  ): Promise<{
    readonly digests: DigestRow[];
    readonly sends: SendRow[];
    /** Left out of the others, whenever they were made. */
    readonly unreadable: readonly UnreadableRow[];
  }>;
}

/** "The counts of this brand and day need a recount." Its version grows with every write. */
export interface DirtyMark {
  readonly brand: string;
  readonly day: string;
  readonly version: number;
  readonly at: string;
}

export interface RollupStore {
  markDirty(brand: string, day: string, at: Date): Promise<void>;
  dirtyMarks(): Promise<DirtyMark[]>;
  /** Removes the mark if nobody has written since it was read. */
  clear(mark: DirtyMark): Promise<void>;
  save(rollup: Rollup): Promise<void>;
  /** Rollups of all classifier versions, `from` and `to` inclusive, by day. */
  between(brand: string, from: string, to: string): Promise<Rollup[]>;
}

export interface SourceStates {
  get(source: string): Promise<SourceState | undefined>;
  /** Adds the state of a source that is new; leaves a known one alone. */
  add(state: SourceState): Promise<void>;
  /**
   * The sources that are due at `now`, in the order they fell due.
   * @param shards of the due index that are in use
   */
  due(
    now: Date,
    shards: number,
  ): Promise<{ readonly source: string; readonly nextDueAt: string }[]>;
  /** Takes the source for one poll until `until`; false when somebody else has taken it. */
  lease(source: string, nextDueAt: string, until: Date): Promise<boolean>;
  /** Ends the poll that holds the lease; false when the lease was lost meanwhile. */
  finish(state: SourceState, leaseUntil: string): Promise<boolean>;
  /** Takes a source that is no longer configured out of the schedule. */
  retire(source: string): Promise<void>;
}

export interface HostPauses {
  /** Until when a host asked to be left alone; undefined where it asked for nothing. */
  until(host: string): Promise<Date | undefined>;
  pause(host: string, until: Date): Promise<void>;
}

export interface ReceivedRequests {
  /** Whether a request with this key was taken before. */
  has(key: string): Promise<boolean>;
  /** @param until after which it can be forgotten */
  add(key: string, until: Date): Promise<void>;
}

export interface PollQueue {
  /**
   * @param delayOf seconds after which a poll is delivered, 0 to 900; default: at once
   * @returns the polls that the queue did not take
   */
  send(
    polls: readonly PollMessage[],
    delayOf?: (poll: PollMessage) => number,
  ): Promise<PollMessage[]>;
}

export interface MentionQueue {
  /**
   * Sends chunks of at most 10 mentions and 60 KB.
   * @throws when one could not be sent after a second try
   */
  send(mentions: readonly unknown[]): Promise<void>;
  /** Sends each mention as a message of its own, so that a poison mention dead-letters alone. */
  sendEach(mentions: readonly unknown[]): Promise<void>;
}

export interface IncidentStore {
  /** Incidents that are open or recovered, and those closed on or after `since`. */
  recent(
    brand: string,
    since: string,
  ): Promise<{
    readonly incidents: Incident[];
    /** Highest number that the brand ever had; 0 before the first incident. */
    readonly lastNumber: number;
  }>;
  /**
   * Saves what a check made of it, unless the stored one was checked for a later day or a person closed it.
   * Acknowledgement and snooze stay as they are stored.
   */
  save(incident: Incident): Promise<void>;
  /** The result of a day's check, frozen by the first attempt that stores one. */
  freezeCheck(result: CheckResult): Promise<CheckResult>;
  check(brand: string, day: string): Promise<CheckResult | undefined>;
  /**
   * Changes one incident as a person asked for, whatever else changes it meanwhile.
   *
   * @param change may be called again with a newer incident; must not keep state
   * @returns the changed incident; undefined when there is none of that number
   */
  amend(
    brand: string,
    number: number,
    change: (incident: Incident) => Incident,
  ): Promise<Incident | undefined>;
}

export interface DigestStore {
  /** Freezes a digest; false when it exists. */
  freeze(digest: DigestRow): Promise<boolean>;
  get(brand: string, key: string): Promise<DigestRow | undefined>;
  /**
   * Digests with recipients still to be served, oldest first.
   *
   * @param onUnreadable told of each row that cannot be parsed, and has to name it to somebody; it is left out of
   *   the answer. Without it such a row throws.
   */
  waiting(onUnreadable?: (row: UnreadableRow) => void): Promise<DigestRow[]>;
  /** Nothing more to send. */
  settle(brand: string, key: string): Promise<void>;
  /** @param onUnreadable as of `waiting` */
  sends(
    brand: string,
    key: string,
    onUnreadable?: (row: UnreadableRow) => void,
  ): Promise<SendRow[]>;
  /** What became of a digest for one recipient, whatever the rows of the others hold. */
  send(brand: string, key: string, recipient: string): Promise<SendRow | undefined>;
  /** SES id of the first mail of an incident's thread to this recipient, as far as its rows can be read. */
  firstMessageId(brand: string, thread: string, recipient: string): Promise<string | undefined>;
  /** Claims a send for 15 minutes; undefined when it is sent, dropped or claimed by another. */
  claim(row: SendRow): Promise<SendRow | undefined>;
  /** Ends a claim with SES's answer; an event that was quicker keeps its say (`afterAnswer`). */
  finish(row: SendRow): Promise<void>;
  /**
   * Changes a send as an event says, whatever else changes it meanwhile.
   *
   * @param change may be called again with a newer row; must not keep state
   * @returns the row before and after; undefined when there is no such send
   */
  amendSend(
    key: Pick<SendRow, 'brand' | 'digest' | 'recipient'>,
    change: (send: SendRow) => SendRow,
  ): Promise<{ readonly before: SendRow; readonly after: SendRow } | undefined>;
}

export interface RecipientStates {
  /** Undefined where nothing is known about a person. */
  get(recipient: string): Promise<RecipientState | undefined>;
  /** Changes what is known about a person, whatever else changes it meanwhile. */
  amend(
    recipient: string,
    change: (person: RecipientState) => RecipientState,
  ): Promise<{ readonly before: RecipientState; readonly after: RecipientState }>;
}

/** How SES took a mail. A lost answer is neither: it throws. */
export type MailAnswer =
  | { readonly status: 'sent'; readonly messageId: string }
  /** For good: the address or the content is refused. */
  | { readonly status: 'refused'; readonly reason: string }
  /** Not now: throttled, paused or over the quota. Nothing was sent. */
  | { readonly status: 'postponed'; readonly reason: string };

export type Mailer = (request: SendEmailCommandInput) => Promise<MailAnswer>;

export interface SettingsStore {
  /** Number of the configuration in force; undefined before the first `apply`. */
  currentVersion(): Promise<number | undefined>;
  /** @throws when there is no such version */
  read(version: number): Promise<Settings>;
}

export interface Checkpoints {
  get(job: string): Promise<string | undefined>;
  set(job: string, value: string): Promise<void>;
  /**
   * Sets what nobody has set since it was read.
   *
   * @param before what was read; undefined: there was none
   * @returns false when somebody has, and then nothing is set
   */
  swap(job: string, before: string | undefined, value: string): Promise<boolean>;
}
