import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Brand } from '../../src/brands/brand.ts';
import { DigestModel } from '../../src/digest/digest.ts';
import { html, raw } from '../../src/digest/html.ts';
import type { DigestRow } from '../../src/digest/outbox-rows.ts';
import { type RenderedDigest, renderDigest } from '../../src/digest/render.ts';
import { dayIn } from '../../src/mentions/day.ts';
import { parse } from '../../src/parse.ts';
import type { MentionStore } from '../../src/ports.ts';
import type { World } from '../command.ts';

/** A digest as its readers would have seen it. */
export interface Mail {
  readonly brand: string;
  /** Day of the morning on which it was made, in the brand's time zone. */
  readonly date: string;
  readonly kind: string;
  readonly subject: string;
  /** Numbers. */
  readonly incidents: readonly number[];
  readonly rendered: RenderedDigest;
}

export async function mailOf(
  { key, kind, incidents, model: frozen }: DigestRow,
  at: Date,
  brand: Pick<Brand, 'id'>,
  store: Pick<MentionStore, 'readMany'>,
): Promise<Mail> {
  const model = parse(DigestModel, JSON.parse(frozen), `digest ${key}`);
  const ids = model.evidence.mentions.map(({ id }) => id);
  const rendered = renderDigest(model, await store.readMany(brand.id, ids));
  const date = dayIn(model.timeZone, at);
  return { brand: brand.id, date, kind, subject: rendered.subject, incidents, rendered };
}

/** A folder of mails under the working directory, made at the first mail. */
export function mailPages({ cwd, now }: Pick<World, 'cwd' | 'now'>) {
  const name = `backtest-${now().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}`;
  const folder = resolve(cwd, '.promisewatch', name);
  const listed: { readonly mail: Mail; readonly file: string }[] = [];
  return {
    /** @returns the page's path */
    add(mail: Mail): string {
      mkdirSync(folder, { recursive: true });
      const number = String(listed.length + 1).padStart(3, '0');
      const base = `${number}-${mail.date}-${mail.kind}`;
      const file = `${base}.html`;
      writeFileSync(join(folder, file), mail.rendered.html);
      writeFileSync(join(folder, `${base}.txt`), mail.rendered.text);
      for (const { filename, content } of mail.rendered.attachments)
        writeFileSync(join(folder, `${number}-${filename}`), content);
      listed.push({ mail, file });
      return join(folder, file);
    },
    /** Writes the list of them. @returns its address for a browser */
    finish(brandName: string): string {
      mkdirSync(folder, { recursive: true });
      const index = join(folder, 'index.html');
      const rows = listed.map(
        ({ mail, file }) =>
          html`<tr><td>${mail.date}</td><td>${mail.kind}</td><td><a href="${file}">${mail.subject}</a></td></tr>`,
      );
      const page = html`${raw('<!doctype html>')}<html lang="en"><head><meta charset="utf-8"><title>Mails of a replay</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}td,th{text-align:left;padding:.3rem 1rem .3rem 0}</style></head>
<body><h1>${brandName}: mails of a replay</h1><table><thead><tr><th scope="col">Date</th><th scope="col">Kind</th><th scope="col">Subject</th></tr></thead><tbody>${rows}</tbody></table></body></html>`;
      writeFileSync(index, page.markup);
      return pathToFileURL(index).href;
    },
  };
}
