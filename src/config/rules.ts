import { refusedAddress } from './source-addresses.ts';

/** A broken rule that spans several settings. */
export interface BrokenRule {
  readonly path: (string | number)[];
  readonly message: string;
}

type Path = (string | number)[];
interface Named {
  readonly name: unknown;
  readonly path: Path;
}

/**
 * Rules over several settings: no id twice, no plain http by accident, no promise that ends before it begins, no brand that is
 * only named.
 *
 * Reads the file as it was written, valid or not, so that these mistakes are listed together with all others.
 */
export function brokenRules(file: unknown): BrokenRule[] {
  const brands = list(file, 'brands').map((value, b) => ({ value, path: ['brands', b] as Path }));
  const inAll = (key: string) =>
    brands.flatMap(({ value, path }) =>
      list(value, key).map((item, i) => ({ value: item, path: [...path, key, i] as Path })),
    );
  const ids = 'Ids are table keys: rename one of them.';
  return [
    ...repeated(fields(brands, 'id'), 'brand id', ids),
    ...repeated(fields(brands, 'code'), 'code', 'Incident numbers begin with it: change one.'),
    ...repeated(fields(inAll('sources'), 'id'), 'source id', ids),
    ...brands.flatMap(({ value, path }) => {
      const own = (key: string) =>
        list(value, key).map((item, i) => ({ value: item, path: [...path, key, i] as Path }));
      return [
        ...repeated(fields(own('promises'), 'id'), 'promise id', ids),
        ...repeated(fields(own('recipients'), 'email'), 'address', 'Keep one of them.'),
        ...repeated(fields(own('channels'), 'id'), 'channel id', 'Rename one of them.'),
      ];
    }),
    ...inAll('sources').flatMap(({ value, path }) => refusedAddresses(value, path)),
    ...inAll('sources').flatMap(({ value, path }) => {
      const url = field(value, 'url');
      return typeof url === 'string' && /^http:/i.test(url) && field(value, 'http') !== true
        ? [
            {
              path: [...path, 'url'],
              message: 'is plain http. Use https, or write "http: true" for this source',
            },
          ]
        : [];
    }),
    ...unknownBrands(file, new Set(fields(brands, 'id').map(({ name }) => name))),
    ...brands.flatMap(({ value, path }) => unknownScopes(value, path)),
    ...inAll('promises').flatMap(({ value, path }) => brokenVersions(value, path)),
    ...inAll('promises').flatMap(({ value, path }) => contradictions(value, path)),
    ...brands.flatMap(({ value, path }) =>
      Object.keys(field(value, 'words') ?? {}).flatMap((dimension) =>
        contradictions(field(field(value, 'words'), dimension), [...path, 'words', dimension]),
      ),
    ),
    ...inAll('promises').flatMap(({ value, path }) => {
      const [from, until] = [field(value, 'from'), field(value, 'until')];
      return typeof from === 'string' && typeof until === 'string' && from > until
        ? [{ path: [...path, 'until'], message: 'is before "from"' }]
        : [];
    }),
  ];
}

/** A brand that the policy for analysts names and nobody watches would lock them out without a word. */
function unknownBrands(file: unknown, known: ReadonlySet<unknown>): BrokenRule[] {
  return list(field(field(file, 'deploy'), 'analysts'), 'brands').flatMap((id, i) =>
    typeof id === 'string' && !known.has(id)
      ? [
          {
            path: ['deploy', 'analysts', 'brands', i],
            message: 'is not the id of a brand in this file',
          },
        ]
      : [],
  );
}

/** An address that the collector would refuse: it is better said before it is deployed. */
function refusedAddresses(source: unknown, path: Path): BrokenRule[] {
  const url = field(source, 'url');
  const instance = field(source, 'instance');
  const isHttpAllowed = field(source, 'http') === true;
  return [
    { key: 'url', address: url },
    // Anything but a bare name is told by its own rule.
    {
      key: 'instance',
      address:
        typeof instance === 'string' && /^[\w.-]{1,253}$/.test(instance)
          ? `https://${instance}`
          : undefined,
    },
  ].flatMap(({ key, address }) => {
    const message =
      typeof address === 'string' ? refusedAddress(address, isHttpAllowed) : undefined;
    return message === undefined ? [] : [{ path: [...path, key], message }];
  });
}

/** A recipient's scope that names nothing that there is would leave them without a mail and without a word. */
function unknownScopes(brand: unknown, path: Path): BrokenRule[] {
  return list(brand, 'recipients').flatMap((recipient, r) =>
    (['promises', 'sources'] as const).flatMap((what) => {
      const known = new Set(list(brand, what).map((one) => field(one, 'id')));
      return list(field(recipient, 'scope'), what).flatMap((id, i) =>
        typeof id === 'string' && !known.has(id)
          ? [
              {
                path: [...path, 'recipients', r, 'scope', what, i],
                message: `is not the id of a ${what.slice(0, -1)} of this brand`,
              },
            ]
          : [],
      );
    }),
  );
}

/** Earlier words of a promise: numbered upwards, each over before the next begins, so that every day has one text. */
function brokenVersions(promise: unknown, path: Path): BrokenRule[] {
  const earlier = list(promise, 'earlier');
  const version = field(promise, 'version') ?? 1;
  return earlier.flatMap((one, i) => {
    const at = [...path, 'earlier', i];
    const next = earlier[i + 1] ?? { version, from: field(promise, 'from') };
    const [number, above] = [field(one, 'version'), field(next, 'version')];
    const [until, from] = [field(one, 'until'), field(next, 'from')];
    const rules: BrokenRule[] = [];
    if (typeof number === 'number' && typeof above === 'number' && number >= above)
      rules.push({
        path: [...at, 'version'],
        message: `must be lower than ${above}, the version after it`,
      });
    if (from === undefined)
      rules.push({
        path: at,
        message: 'is followed by words without "from". Say from which day the later words hold',
      });
    else if (typeof until === 'string' && typeof from === 'string' && until >= from)
      rules.push({
        path: [...at, 'until'],
        message: `must be before ${from}, when the words after it begin: a day has one version`,
      });
    return rules;
  });
}

/** A phrase cannot both show that a text is about something and that it is not. */
function contradictions(words: unknown, path: Path): BrokenRule[] {
  const plain = (phrase: unknown) => String(phrase).toLowerCase();
  const wanted = new Set(list(words, 'keywords').map(plain));
  return list(words, 'antiKeywords').flatMap((phrase, i) =>
    wanted.has(plain(phrase))
      ? [
          {
            path: [...path, 'antiKeywords', i],
            message: `"${plain(phrase)}" is a keyword, too. Keep it in one of the two`,
          },
        ]
      : [],
  );
}

function repeated(names: readonly Named[], what: string, remedy: string): BrokenRule[] {
  const first = new Map<string, Path>();
  return names.flatMap(({ name, path }) => {
    if (typeof name !== 'string') return [];
    const key = name.toLowerCase();
    const before = first.get(key);
    if (before !== undefined)
      return [{ path, message: `repeats the ${what} of ${before.join('.')}. ${remedy}` }];
    first.set(key, path);
    return [];
  });
}

function fields(items: readonly { value: unknown; path: Path }[], key: string): Named[] {
  return items.map(({ value, path }) => ({ name: field(value, key), path: [...path, key] }));
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function list(value: unknown, key: string): unknown[] {
  const found = field(value, key);
  return Array.isArray(found) ? found : [];
}
