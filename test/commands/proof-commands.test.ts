import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const BIN = join(import.meta.dirname, '../../bin');

describe('npm run faults, bench and eval:classification', () => {
  it.each([
    ['faults.ts', ['--foo'], "Unknown option '--foo'"],
    ['faults.ts', ['--fault', '39'], 'There is no fault 39'],
    ['faults.ts', ['--schedules', '1.5'], 'takes a whole number, not "1.5"'],
    ['faults.ts', ['--schedules', '0'], 'plays nothing'],
    ['faults.ts', ['--schedules', '3', '--seed', ''], 'takes a whole number, not ""'],
    ['faults.ts', ['--schedules', '3', '--seed', '4294967294'], '--seed 4294967294 is too great'],
    ['bench.ts', ['pipeline', '0'], 'whole numbers from 1, not 0'],
    ['bench.ts', ['speed'], 'no bench is called speed'],
    ['bench.ts', ['toString'], 'no bench is called toString'],
    ['bench.ts', ['trends', '1000'], 'only the bench pipeline takes a number of mentions'],
    ['eval-classification.ts', ['rows.jsonl'], "Unexpected argument 'rows.jsonl'"],
    ['eval-classification.ts', ['--set', 'rows.jsonl', '--kind', 'blog'], 'not "blog"'],
  ])('%s %j ends with 2, a sentence and the usage', (file, args, sentence) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(BIN, file), ...args], {
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(sentence);
    expect(stderr).toContain('npm run');
    expect(stderr).not.toContain('    at ');
  });
});
