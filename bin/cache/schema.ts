/** Another number makes a new copy: the old file is a cache and holds nothing that the store does not. */
export const SCHEMA_VERSION = 3;

/** Tables behind the views. Only the views are documented; these may change with every version. */
export const TABLES = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE objects (
  kind TEXT NOT NULL, brand TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (kind, brand, key)
) WITHOUT ROWID;
CREATE TABLE days (brand TEXT NOT NULL, day TEXT NOT NULL, stamp TEXT NOT NULL, PRIMARY KEY (brand, day)) WITHOUT ROWID;
CREATE TABLE brand_register (brand TEXT PRIMARY KEY, name TEXT NOT NULL, code TEXT NOT NULL, time_zone TEXT NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE promise_register (
  brand TEXT NOT NULL, promise TEXT NOT NULL, position INTEGER NOT NULL, text TEXT NOT NULL,
  headline INTEGER NOT NULL, owner TEXT, PRIMARY KEY (brand, promise)
) WITHOUT ROWID;
CREATE TABLE source_register (
  brand TEXT NOT NULL, source TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
  connector TEXT NOT NULL, population TEXT NOT NULL, PRIMARY KEY (brand, source)
) WITHOUT ROWID;
CREATE TABLE stored_mentions (
  row INTEGER PRIMARY KEY, brand TEXT NOT NULL, id TEXT NOT NULL, day TEXT NOT NULL, at TEXT NOT NULL,
  source TEXT NOT NULL, kind TEXT NOT NULL, population TEXT NOT NULL, rating REAL, language TEXT,
  sentiment TEXT NOT NULL, counted TEXT NOT NULL, relabelled INTEGER NOT NULL, title TEXT, text TEXT NOT NULL,
  url TEXT, author TEXT, version INTEGER NOT NULL, classifier TEXT NOT NULL, quote TEXT, verdicts TEXT NOT NULL,
  dimensions TEXT NOT NULL, signals TEXT NOT NULL, content_hash TEXT NOT NULL, folded TEXT NOT NULL, ttl INTEGER NOT NULL,
  UNIQUE (brand, id)
);
CREATE INDEX mentions_by_day ON stored_mentions (brand, day, at, id);
CREATE TABLE stored_verdicts (
  mention INTEGER NOT NULL, promise TEXT NOT NULL, outcome TEXT NOT NULL, confidence REAL NOT NULL, quote TEXT,
  PRIMARY KEY (mention, promise)
) WITHOUT ROWID;
CREATE TABLE daily_counts (
  brand TEXT NOT NULL, day TEXT NOT NULL, source TEXT NOT NULL, population TEXT NOT NULL,
  mentions INTEGER NOT NULL, negative INTEGER NOT NULL, neutral INTEGER NOT NULL, positive INTEGER NOT NULL,
  mixed INTEGER NOT NULL, unclassified INTEGER NOT NULL, unsupported INTEGER NOT NULL, copies INTEGER NOT NULL,
  over_author_cap INTEGER NOT NULL, not_about_us INTEGER NOT NULL, other_classifier INTEGER NOT NULL,
  PRIMARY KEY (brand, day, source, population)
) WITHOUT ROWID;
CREATE TABLE daily_verdicts (
  brand TEXT NOT NULL, day TEXT NOT NULL, source TEXT NOT NULL, population TEXT NOT NULL, promise TEXT NOT NULL,
  exceeded INTEGER NOT NULL, kept INTEGER NOT NULL, broken INTEGER NOT NULL, unclear INTEGER NOT NULL,
  PRIMARY KEY (brand, day, source, population, promise)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE search USING fts5(title, text, content='stored_mentions', content_rowid='row', tokenize="unicode61 remove_diacritics 2");
CREATE TRIGGER verdicts_removed AFTER DELETE ON stored_mentions BEGIN
  DELETE FROM stored_verdicts WHERE mention = old.row;
END;
`;

/**
 * What is made when the first sync is complete: until then nobody may ask, and to index a hundred thousand texts at once
 * takes a tenth of the time that it takes one by one. In one transaction, so that an interruption leaves nothing half made.
 */
export const AFTER_FIRST_SYNC = `
BEGIN IMMEDIATE;
CREATE INDEX IF NOT EXISTS mentions_by_time ON stored_mentions (brand, population, at, counted, sentiment);
INSERT INTO search (search) VALUES ('rebuild');
CREATE TRIGGER IF NOT EXISTS search_added AFTER INSERT ON stored_mentions BEGIN
  INSERT INTO search (rowid, title, text) VALUES (new.row, new.title, new.text);
END;
CREATE TRIGGER IF NOT EXISTS search_removed AFTER DELETE ON stored_mentions BEGIN
  INSERT INTO search (search, rowid, title, text) VALUES ('delete', old.row, old.title, old.text);
END;
CREATE TRIGGER IF NOT EXISTS search_changed AFTER UPDATE OF title, text ON stored_mentions BEGIN
  INSERT INTO search (search, rowid, title, text) VALUES ('delete', old.row, old.title, old.text);
  INSERT INTO search (rowid, title, text) VALUES (new.row, new.title, new.text);
END;
COMMIT;
ANALYZE;
`;

/** One documented view. */
export interface View {
  readonly name: string;
  readonly says: string;
  readonly columns: readonly (readonly [name: string, says: string])[];
  readonly select: string;
}

const OF_DAY: View['columns'] = [
  ['brand', 'id of the brand'],
  ['day', "YYYY-MM-DD in the brand's time zone"],
  ['source', 'id of the source'],
  ['population', 'customer or employee; never add them up'],
];

/** What \`promisewatch sql\` offers. Names and meanings stay; columns may be added. See docs/sql.md. */
export const VIEWS: readonly View[] = [
  {
    name: 'mentions',
    says: 'every stored mention, newest version',
    columns: [
      ['row', 'for joins with search and verdicts'],
      ['id', 'of the mention'],
      ['brand', 'id of the brand'],
      ['day', "YYYY-MM-DD in the brand's time zone"],
      ['at', 'instant it was published, else read; ISO in UTC'],
      ['source', 'id of the source'],
      ['kind', 'review, social, news, forum, import or webhook'],
      ['population', 'customer or employee'],
      ['rating', '1–5, or null'],
      ['language', 'code, or null'],
      [
        'sentiment',
        'negative, neutral, positive, mixed, unclassified or unsupported; relabels applied',
      ],
      [
        'counted',
        'yes, or why not: copy, author-cap, not-about-us, unclassified, unsupported, other-classifier',
      ],
      ['relabelled', '1 if a person changed how it is read'],
      ['verdicts', 'JSON list of promise, outcome, confidence'],
      ['dimensions', 'JSON list'],
      ['signals', 'JSON list'],
      ['quote', 'words that decided the first verdict'],
      ['title', 'or null'],
      ['text', 'as published, at most 8 KB'],
      ['url', 'or null'],
      ['author', 'keyed hash, one per source; or null'],
      ['version', 'counts the edits of its author from 1'],
      ['classifier', 'version that judged it'],
    ],
    select: `SELECT row, id, brand, day, at, source, kind, population, rating, language, sentiment, counted, relabelled,
  verdicts, dimensions, signals, quote, title, text, url, author, version, classifier FROM stored_mentions`,
  },
  {
    name: 'verdicts',
    says: 'what each mention says about each promise it touches',
    columns: [
      ['mention', 'row of the mention'],
      ['id', 'of the mention'],
      ['brand', 'id of the brand'],
      ['day', 'of the mention'],
      ['at', 'of the mention'],
      ['source', 'of the mention'],
      ['population', 'of the mention'],
      ['counted', 'of the mention: count only yes'],
      ['promise', 'id of the promise'],
      ['outcome', 'exceeded, kept, broken or unclear'],
      ['confidence', '0–1; 1 for a relabel'],
      ['quote', 'words that decided; null where only a person gave the verdict'],
    ],
    select: `SELECT v.mention, m.id, m.brand, m.day, m.at, m.source, m.population, m.counted, v.promise, v.outcome,
  v.confidence, v.quote FROM stored_verdicts v JOIN stored_mentions m ON m.row = v.mention`,
  },
  {
    name: 'daily',
    says: 'counts by day and source; they stay when mentions have reached their retention',
    columns: [
      ...OF_DAY,
      ['mentions', 'counted mentions'],
      ['negative', 'of them'],
      ['neutral', 'of them'],
      ['positive', 'of them'],
      ['mixed', 'of them'],
      ['unclassified', 'left out'],
      ['unsupported', 'left out: language'],
      ['copies', 'left out: further copies'],
      ['over_author_cap', 'left out: over three of one author a day'],
      ['not_about_us', 'left out by a person'],
      ['other_classifier', 'left out: judged by another classifier version'],
    ],
    select: 'SELECT * FROM daily_counts',
  },
  {
    name: 'daily_promises',
    says: 'verdicts by day, source and promise',
    columns: [
      ...OF_DAY,
      ['promise', 'id of the promise'],
      ['exceeded', 'counted verdicts'],
      ['kept', 'counted verdicts'],
      ['broken', 'counted verdicts'],
      ['unclear', 'counted verdicts'],
    ],
    select: 'SELECT * FROM daily_verdicts',
  },
  {
    name: 'promises',
    says: 'the register, with the verdicts of customers in all stored days',
    columns: [
      ['brand', 'id of the brand'],
      ['promise', 'id of the promise'],
      ['text', "in the brand's words"],
      ['headline', '1 if its incidents are serious'],
      ['owner', 'or null'],
      ['exceeded', 'counted verdicts of customers'],
      ['kept', 'counted verdicts of customers'],
      ['broken', 'counted verdicts of customers'],
      ['unclear', 'counted verdicts of customers'],
    ],
    select: `SELECT r.brand, r.promise, r.text, r.headline, r.owner, coalesce(sum(d.exceeded), 0) AS exceeded,
  coalesce(sum(d.kept), 0) AS kept, coalesce(sum(d.broken), 0) AS broken, coalesce(sum(d.unclear), 0) AS unclear
  FROM promise_register r LEFT JOIN daily_verdicts d ON d.brand = r.brand AND d.promise = r.promise AND d.population = 'customer'
  GROUP BY r.brand, r.promise ORDER BY r.brand, r.position`,
  },
  {
    name: 'sources',
    says: 'the register, with how the reads go and what was counted in all stored days',
    columns: [
      ['brand', 'id of the brand'],
      ['source', 'id of the source'],
      ['name', 'as readers know it'],
      ['kind', 'review, social …'],
      ['connector', 'feed, app-store …'],
      ['population', 'customer or employee'],
      ['last_read_at', 'ISO in UTC, or null'],
      ['last_items', 'items of that read'],
      ['failing_since', 'ISO in UTC, or null'],
      ['problem', 'in a sentence, or null'],
      ['mentions', 'counted mentions'],
      ['negative', 'of them'],
    ],
    select: `SELECT r.brand, r.source, r.name, r.kind, r.connector, r.population, o.body ->> 'lastReadAt' AS last_read_at,
  o.body ->> 'lastItems' AS last_items, o.body ->> 'failingSince' AS failing_since, o.body ->> '$.problem.message' AS problem,
  coalesce(sum(d.mentions), 0) AS mentions, coalesce(sum(d.negative), 0) AS negative
  FROM source_register r LEFT JOIN objects o ON o.kind = 'state' AND o.brand = r.brand AND o.key = r.source
  LEFT JOIN daily_counts d ON d.brand = r.brand AND d.source = r.source AND d.population = r.population
  GROUP BY r.brand, r.source ORDER BY r.brand, r.position`,
  },
  {
    name: 'incidents',
    says: 'trends followed from opened to recovered',
    columns: [
      ['brand', 'id of the brand'],
      ['ref', 'as in mails: NB-0001'],
      ['number', 'in the brand'],
      ['state', 'open, recovered or closed'],
      ['series', 'brand, source:ID, promise:ID or pair:PROMISE@SOURCE'],
      ['serious', '1 or 0'],
      ['since', 'first day of the window that fired'],
      ['opened_on', 'closed day whose check fired'],
      ['recovered_on', 'or null'],
      ['closed_on', 'or null'],
      ['closed_because', 'recovered, new-normal, operator, or ended with its promise; or null'],
      ['window', 'days of the test that opened it'],
      ['observed', 'in that window'],
      ['expected', 'in that window'],
      ['mentions', 'in that window'],
      ['chance', 'of so many by luck'],
      ['acknowledged_by', 'or null'],
      ['snoozed_until', 'or null'],
    ],
    select: `SELECT o.brand, printf('%s-%04d', b.code, o.body ->> 'number') AS ref, o.body ->> 'number' AS number,
  o.body ->> 'state' AS state, o.body ->> 'series' AS series, o.body ->> 'serious' AS serious, o.body ->> 'since' AS since,
  o.body ->> 'openedOn' AS opened_on, o.body ->> 'recoveredOn' AS recovered_on, o.body ->> 'closedOn' AS closed_on,
  o.body ->> 'closedBecause' AS closed_because, o.body ->> '$.opening.window' AS "window",
  o.body ->> '$.opening.observed' AS observed, o.body ->> '$.opening.expected' AS expected,
  o.body ->> '$.opening.mentions' AS mentions, o.body ->> '$.opening.chance' AS chance,
  o.body ->> 'acknowledgedBy' AS acknowledged_by, o.body ->> 'snoozedUntil' AS snoozed_until
  FROM objects o JOIN brand_register b ON b.brand = o.brand WHERE o.kind = 'incident'`,
  },
  {
    name: 'sends',
    says: 'mails and what became of them',
    columns: [
      ['brand', 'id of the brand'],
      ['digest', 'incident or period # kind # number'],
      ['recipient', 'hash of the address'],
      ['state', 'claimed, postponed, sent, refused, overtaken or suppressed'],
      ['delivery', 'delayed, delivered, rejected, bounced or complained, as SES says; or null'],
      ['at', 'ISO in UTC'],
      ['attempt', 'from 1'],
      ['message_id', 'of SES, or null'],
      ['possible_duplicate', '1 or 0'],
      ['reason', 'why it was refused or dropped, or null'],
    ],
    select: `SELECT brand, body ->> 'digest' AS digest, body ->> 'recipient' AS recipient, body ->> 'state' AS state,
  body ->> 'delivery' AS delivery, body ->> 'at' AS at, body ->> 'attempt' AS attempt, body ->> 'messageId' AS message_id,
  body ->> 'possibleDuplicate' AS possible_duplicate, body ->> 'reason' AS reason FROM objects WHERE kind = 'send'`,
  },
  {
    name: 'actions',
    says: 'what people noted as done',
    columns: [
      ['brand', 'id of the brand'],
      ['day', 'when'],
      ['promise', 'which it is meant to help, or null'],
      ['text', 'what was done'],
      ['noted_by', 'who'],
      ['at', 'when it was noted, ISO in UTC'],
    ],
    select: `SELECT brand, body ->> 'day' AS day, body ->> 'promise' AS promise, body ->> 'text' AS text,
  body ->> 'by' AS noted_by, body ->> 'at' AS at FROM objects WHERE kind = 'note' AND body ->> 'kind' = 'action'`,
  },
];

/** Everything that a new copy consists of. */
export function schemaSql(): string {
  return [TABLES, ...VIEWS.map(({ name, select }) => `CREATE VIEW ${name} AS ${select};`)].join(
    '\n',
  );
}
