import { Command } from 'commander';
import { type FilterFlags, type PlaceFlags, withFilters, withPlace } from '../analyst/flags.ts';
import type { CommandFile } from '../command.ts';

export type ExportFlags = PlaceFlags &
  FilterFlags & { readonly cached?: boolean; readonly relabels?: boolean };

/** promisewatch export */
export const exportFile: CommandFile = (world) => {
  const command = new Command('export')
    .description('write mentions, or another view, to a file for DuckDB, pandas or a spreadsheet')
    .argument('<file>', 'its ending says the format: .parquet, .csv, .tsv, .jsonl or .json')
    .argument('[view]', 'mentions, verdicts, daily … as in sql --schema', 'mentions')
    .option('--cached', 'of the local copy as it is, without a sync')
    .option(
      '--relabels',
      'what people relabelled, as rows that eval:classification scores (.jsonl)',
    )
    .addHelpText(
      'before',
      `Examples:
  promisewatch export mentions.parquet
  promisewatch export broken.csv --promise answer-60s --verdict broken --since 2026-10-01
  promisewatch export daily.parquet daily
  promisewatch export relabels.jsonl --relabels\n`,
    )
    .action(async (file: string, view: string, flags: ExportFlags) => {
      if (flags.relabels === true) {
        const { exportRelabels } = await import('../analyst/export-relabels.ts');
        await exportRelabels(file, flags, world);
        return;
      }
      const { exportCommand } = await import('../cache/export-command.ts');
      await exportCommand(file, view, flags, world);
    });
  return withFilters(withPlace(command), 'all');
};
