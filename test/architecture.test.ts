import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

/** Data flows from left to right, imports from right to left. */
const STAGES = [
  'brands',
  'mentions',
  'sources',
  'imports',
  'classification',
  'rollups',
  'trends',
  'digest',
  'checks',
  'config',
  'query',
];

/** Files that name types of later stages in one place on purpose: the ports, and what composes them. */
const TYPE_ONLY = /^import type /;

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

function importsOf(file: string): Import[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  return [
    ...source.matchAll(/^(?:import|export)\s[^;]*?from '([^']+)';|import\('([^']+)'\)/gms),
  ].map(([statement, specifier = '', dynamic = '']) => {
    const target = specifier === '' ? dynamic : specifier;
    return {
      from: file,
      to: target.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), target)) : target,
      typeOnly: TYPE_ONLY.test(statement),
    };
  });
}

const sources = filesIn('src');
const imports = sources.flatMap(importsOf);
const show = ({ from, to }: Import) => `${from} → ${to}`;

describe('imports', () => {
  it('are found at all', () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  it('go from later stages to earlier ones', () => {
    const stageOf = (file: string) => STAGES.indexOf(/^src\/([^/]+)\//.exec(file)?.[1] ?? '');
    const wrong = imports.filter(({ from, to, typeOnly }) => {
      const [a, b] = [stageOf(from), stageOf(to)];
      return a >= 0 && b > a && !typeOnly;
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it('reach AWS only from adapters', () => {
    const wrong = imports.filter(
      ({ from, to, typeOnly }) =>
        to.startsWith('@aws-sdk/') && !from.startsWith('src/adapters/') && !typeOnly,
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it('never leave src for its front doors', () => {
    const wrong = imports.filter(({ to }) => /^(bin|lambdas|lib|local|examples|test)\//.test(to));
    expect(wrong.map(show)).toEqual([]);
  });

  it('of adapters come from front doors only', () => {
    const wrong = imports.filter(
      ({ from, to }) => to.startsWith('src/adapters/') && !from.startsWith('src/adapters/'),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it('take nothing but the schema of environments from lambdas to lib', () => {
    const wrong = filesIn('lib')
      .flatMap(importsOf)
      .filter(
        ({ to, typeOnly }) => to.startsWith('lambdas/') && !(typeOnly && to === 'lambdas/env.ts'),
      );
    expect(wrong.map(show)).toEqual([]);
  });

  it('keep the local run free of the product', () => {
    const wrong = filesIn('local')
      .flatMap(importsOf)
      .filter(({ to }) => /^(src|lib|lambdas|bin|examples)\//.test(to));
    expect(wrong.map(show)).toEqual([]);
  });
});

describe('the world', () => {
  const forbidden: [string, RegExp][] = [
    ['the clock', /\bnew Date\(\)|\bDate\.now\(|\bperformance\.now\(/],
    ['the environment', /\bprocess\.(env|argv|cwd)\b/],
    ['randomness', /\bMath\.random\(|\brandomUUID\(|\brandomBytes\(|\bgetRandomValues\(/],
    [
      'the network',
      /globalThis\.fetch|from 'node:(https?|http2|net|tls|dgram|dns)(\/promises)?'|from 'undici'/,
    ],
  ];

  // A connector is handed a guarded `fetch`; the global one has no guard.
  it('is fetched only by what was passed down', () => {
    const wrong = sources.filter((file) => {
      const source = readFileSync(join(ROOT, file), 'utf8');
      return /(?<![.\w])fetch\(/.test(source) && !/[{(,]\s*fetch\s*[,:}]/.test(source);
    });
    expect(wrong).toEqual([]);
  });

  it.each(forbidden)('enters through composition roots: %s', (_, pattern) => {
    const code = (file: string) =>
      readFileSync(join(ROOT, file), 'utf8')
        .split('\n')
        .filter((line) => !/^\s*(\*|\/\/|\/\*)/.test(line))
        .join('\n');
    // The guarded fetch is the one place that opens connections; the evaluation times itself.
    const wrong = sources.filter(
      (file) => !file.startsWith('src/sources/fetch/') && pattern.test(code(file)),
    );
    expect(wrong).toEqual([]);
  });
});
