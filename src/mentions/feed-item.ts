/** A score as its source gave it, before it is mapped to 1–5. */
export type ItemRating = {
  /** As the source wrote it, e.g. "4" or "recommended". */
  readonly raw: string;
  /** The same as a number, from 1 to `scale`. */
  readonly score: number;
  /** Highest value of the source's scale; 2 means thumbs up (2) or down (1). */
  readonly scale: number;
};

/**
 * One entry of a source in the source's own words: what every connector makes of an answer
 * and `toMention` turns into a mention. Not yet about a brand, not yet cut or cleaned.
 */
export type FeedItem = {
  /** The source's own id; null where it gives none or gives the same one to different entries. */
  readonly nativeId: string | null;
  /** Absolute http(s) address of the entry. */
  readonly link: string | null;
  /** As published; may hold HTML unless `titleIsText`. */
  readonly title: string | null;
  /** The source says that the title is plain text: `<3` and `<script>` stay as they are. */
  readonly titleIsText?: boolean;
  /** The body as HTML; null where there is none or only `text`. */
  readonly html: string | null;
  /** The body as plain text, where the source gives it; wins over `html`. */
  readonly text?: string;
  /** Name or id of who wrote it; leaves the collector only as a keyed hash. */
  readonly author: string | null;
  /** ISO 8601 in UTC. Falls back to the update where the source gives no publish date. */
  readonly publishedAt: string | null;
  readonly updatedAt: string | null;
  /** The source gave a date, but not one that can be read or believed. */
  readonly dateSuspect: boolean;
  readonly rating: ItemRating | null;
  readonly categories: readonly string[];
  /** Language code of two or three letters, where the source gives one. */
  readonly language: string | null;
  /** The source still lists it and says that it is gone. */
  readonly isDeleted?: boolean;
};
