import { createReadStream, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Brand } from '../../src/brands/brand.ts';
import type { Settings } from '../../src/config/config.ts';
import { importMentions } from '../../src/imports/import-mentions.ts';
import { readImport } from '../../src/imports/read-import.ts';
import { ImportRefused } from '../../src/imports/refused.ts';
import type { Mention } from '../../src/mentions/mention.ts';
import { toMention } from '../../src/mentions/normalise.ts';
import { UsageError, type World } from '../command.ts';
import type { BacktestFlags } from '../commands/backtest.ts';
import { importOptions, targetOf } from '../commands/import.ts';

/** History of any age is replayed: nothing of it is stored. */
const ANY_AGE_DAYS = 36_500;
/** Rejected rows that are named. */
const NAMED_ROWS = 10;

/**
 * The mentions of an export, read as `promisewatch import` reads it, without storing anything.
 *
 * @throws {UsageError} for a file that cannot be read
 */
export async function readExport(
  flags: BacktestFlags,
  settings: Settings,
  world: World,
): Promise<{ readonly brand: Brand; readonly mentions: readonly Mention[] }> {
  const file = flags.import as string;
  const path = resolve(world.cwd, file);
  if (!existsSync(path)) throw new UsageError(`${file} is not there.`);
  const wanted = { ...flags, config: flags.config ?? 'promisewatch.yaml' };
  const target = targetOf(wanted, settings);
  const mentions: Mention[] = [];
  let rejected = 0;
  try {
    await importMentions(readImport(createReadStream(path), importOptions(file, wanted, target)), {
      // Authors are told apart within this file only.
      normalise: (item) =>
        toMention(item, {
          ...target,
          authorKey: 'backtest',
          retentionDays: ANY_AGE_DAYS,
          fetchedAt: world.now(),
        }),
      queue: undefined,
      retentionDays: ANY_AGE_DAYS,
      onColumns: (columns) =>
        world.complain(
          `columns: ${Object.entries(columns)
            .map(([field, column]) => `${field}=${column}`)
            .join(', ')}`,
        ),
      onReject: ({ line, reason }) => {
        rejected++;
        if (rejected <= NAMED_ROWS) world.complain(`${file}:${line}  ${reason}`);
      },
      onMention: (mention) => mentions.push(mention),
    });
  } catch (error) {
    if (error instanceof ImportRefused) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
  if (rejected > NAMED_ROWS) world.complain(`${file}: ${rejected - NAMED_ROWS} more rows rejected`);
  return { brand: target.brand, mentions };
}
