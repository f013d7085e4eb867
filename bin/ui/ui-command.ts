import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { brandNamed, cacheKeyOf } from '../analyst/session.ts';
import { commandOf, placeOf } from '../analyst/typed.ts';
import { settingsIn } from '../cache/cache-reader.ts';
import { cacheFile, openToRead, readMeta } from '../cache/open.ts';
import { refresh } from '../cache/sql-command.ts';
import type { World } from '../command.ts';
import type { UiFlags } from '../commands/ui.ts';
import { writeAskedFile } from '../output/write-file.ts';
import { pageData } from './data.ts';
import { report } from './report.ts';
import { openUi } from './server.ts';
import { site } from './site.ts';

const IDLE_MS = 30 * 60_000;

/** Syncs, then serves the local copy until Ctrl-C, or writes it as one file. */
export async function uiCommand(flags: UiFlags, world: World): Promise<void> {
  if (flags.cached !== true) await refresh(flags, world);
  const db = openToRead(
    cacheFile(await cacheKeyOf(flags, world), world),
    commandOf('sync', placeOf(flags)),
  );
  try {
    if (flags.export !== undefined) await exportReport(flags.export, db, flags, world);
    else await serve(db, flags, world);
  } finally {
    db.close();
  }
}

async function exportReport(file: string, db: DatabaseSync, flags: UiFlags, world: World) {
  const brand = brandNamed(settingsIn(db), flags);
  const text = await report(pageData(db, brand), readMeta(db, 'label') ?? '');
  // It quotes strangers about the brand: who else may read it is the person's decision.
  writeAskedFile(resolve(world.cwd, file), text);
  world.print(`${file}: ${Math.round(Buffer.byteLength(text) / 1000)} KB`);
}

async function serve(db: DatabaseSync, flags: UiFlags, world: World): Promise<void> {
  if (flags.brand !== undefined) brandNamed(settingsIn(db), flags);
  let reading: Promise<void> | undefined;
  const ui = await openUi({
    port: flags.port,
    randomBytes: world.randomBytes,
    idleMs: IDLE_MS,
    answer: site(db, placeOf(flags), world.now),
    refresh: () => {
      // Two clicks are one reading.
      reading ??= refresh(flags, world).finally(() => {
        reading = undefined;
      });
      return reading;
    },
  });
  world.print(ui.url);
  world.complain('The address works once, in one browser. Ctrl-C ends.');
  world.signal?.addEventListener('abort', () => ui.close(), { once: true });
  if (world.signal?.aborted === true) ui.close();
  await ui.closed;
}
