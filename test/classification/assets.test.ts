import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assetNames, hashAssets, loadAssets } from '../../src/classification/assets.ts';
import { ASSETS } from './assets.ts';

describe('the classifier assets', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'assets-'));
    cpSync(ASSETS, dir, { recursive: true });
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('match the committed manifest', () => {
    const manifest = JSON.parse(readFileSync(join(ASSETS, 'manifest.json'), 'utf8'));
    expect(hashAssets(ASSETS)).toEqual(manifest.files);
  });

  it('stay within their sizes', () => {
    const size = (name: string) => readFileSync(join(ASSETS, name)).length;
    expect(size('weights.bin')).toBeLessThanOrEqual(400_000);
    const total = assetNames(ASSETS).reduce((sum, name) => sum + size(name), 0);
    expect(total).toBeLessThanOrEqual(1_400_000);
  });

  it('load from any folder', () => {
    expect(loadAssets(dir).cues.cues.length).toBeGreaterThan(1000);
  });

  it('stop with one sentence where a file differs from the manifest', () => {
    writeFileSync(join(dir, 'opinions.tsv'), 'good\t-1\n');
    expect(() => loadAssets(dir)).toThrow(
      'The classifier asset opinions.tsv does not match manifest.json; rebuild or restore it.',
    );
  });

  it('stop with one sentence where a file is missing', () => {
    rmSync(join(dir, 'heads.bin'));
    expect(() => loadAssets(dir)).toThrow('The classifier cannot read its asset heads.bin.');
  });

  it.each(['heads.bin', 'weights.bin', 'valences.tsv'])(
    'stop with one sentence where the manifest does not list %s',
    (name) => {
      const file = join(dir, 'manifest.json');
      const manifest = JSON.parse(readFileSync(file, 'utf8')) as { files: Record<string, string> };
      delete manifest.files[name];
      writeFileSync(file, JSON.stringify(manifest));
      expect(() => loadAssets(dir)).toThrow(
        `The manifest.json of the classifier assets does not list ${name}; restore it.`,
      );
    },
  );

  it('stop where the manifest is no manifest', () => {
    writeFileSync(join(dir, 'manifest.json'), '{"files": 1}');
    expect(() => loadAssets(dir)).toThrow(
      'The manifest.json of the classifier assets is not readable',
    );
  });
});
