import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type OutboxAttachment = {
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: number;
  /** What `cid:` links of the HTML part name it by. */
  readonly contentId: string | undefined;
  readonly contentBase64: string;
};

/** A mail as it left the product. */
export type OutboxMail = {
  readonly id: string;
  /** Instant of sending on the run's clock, ISO 8601. */
  readonly at: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  /** Headers the sender added, in order. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly html: string | undefined;
  readonly text: string | undefined;
  readonly attachments: readonly OutboxAttachment[];
  readonly configurationSet: string | undefined;
  /** The exact message as a .eml file. */
  readonly file: string;
};

/** Every mail sent, in the order of sending, kept as files that any mail program opens. */
export type Outbox = {
  readonly folder: string;
  readonly list: () => readonly OutboxMail[];
  readonly get: (id: string) => OutboxMail | undefined;
  /** @param request the call as it came, kept beside the message */
  readonly keep: (mail: Omit<OutboxMail, 'file'>, message: Buffer, request: unknown) => OutboxMail;
};

export function openOutbox(folder: string): Outbox {
  mkdirSync(folder, { recursive: true });
  const mails = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => {
      const { mail } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { mail: OutboxMail };
      // The folder may have been moved since.
      return { ...mail, file: join(folder, name.replace(/\.json$/, '.eml')) };
    });
  const byId = new Map(mails.map((mail) => [mail.id, mail]));
  return {
    folder,
    list: () => mails,
    get: (id) => byId.get(id),
    keep: (mail, message, request) => {
      const name = `${String(mails.length + 1).padStart(6, '0')}-${mail.id}`;
      const kept = { ...mail, file: join(folder, `${name}.eml`) };
      writeWhole(kept.file, message);
      // A mail counts from the moment its .json is there, so that one is written last.
      writeWhole(
        join(folder, `${name}.json`),
        JSON.stringify({ mail: kept, request }, undefined, 1),
      );
      mails.push(kept);
      byId.set(kept.id, kept);
      return kept;
    },
  };
}

function writeWhole(file: string, content: string | Buffer): void {
  writeFileSync(`${file}.draft`, content, { mode: 0o600 });
  renameSync(`${file}.draft`, file);
}
