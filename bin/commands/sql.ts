import { Command } from 'commander';
import { type OutputFlags, type PlaceFlags, withOutput, withPlace } from '../analyst/flags.ts';
import { type CommandFile, UsageError } from '../command.ts';

export interface SqlFlags extends PlaceFlags, OutputFlags {
  readonly fresh?: boolean;
  readonly schema?: boolean;
  readonly file?: string;
}

/** promisewatch sql */
export const sql: CommandFile = (world) => {
  const command = new Command('sql')
    .description('ask the local copy in SQL, read-only')
    .argument('[query]', 'one SELECT')
    .option('--fresh', 'sync first')
    .option('--file <file>', 'read the query from a file; - for stdin')
    .option('--schema', 'list views and columns with what they mean')
    .addHelpText(
      'before',
      `Examples:
  promisewatch sql --schema
  promisewatch sql "SELECT day, sum(negative) FROM daily WHERE population = 'customer' GROUP BY day"
  promisewatch sql "SELECT m.day, m.text FROM search JOIN mentions m ON m.row = search.rowid WHERE search MATCH 'refund'" --csv
  promisewatch sql --fresh --file weekly.sql --parquet weekly.parquet\n`,
    )
    .action(async (query: string | undefined, flags: SqlFlags) => {
      if (query !== undefined && flags.file !== undefined)
        throw new UsageError('choose one of a query and --file');
      const { sqlCommand } = await import('../cache/sql-command.ts');
      await sqlCommand(query, flags, world);
    });
  return withOutput(withPlace(command));
};
