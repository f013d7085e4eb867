import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SIGNALS } from '../../src/classification/signals.ts';

const CUES = join(import.meta.dirname, '../../src/classification/assets/cues');

describe('the signals that filters know', () => {
  it('are those of the cue files', () => {
    const named = readdirSync(CUES).flatMap((file) =>
      [...readFileSync(join(CUES, file), 'utf8').matchAll(/^signal (\S+)$/gm)].map(
        ([, name]) => name,
      ),
    );
    expect([...SIGNALS].toSorted()).toEqual(named.toSorted());
  });
});
