import type { FeedItem } from '../../src/mentions/feed-item.ts';
import type { SourceAnswer } from '../../src/sources/source-answer.ts';
import type { Random } from './random.ts';

interface Review {
  readonly id: string;
  text: string;
  edits: number;
  /** Earlier wordings, which an edit may go back to. */
  readonly before: string[];
  readonly publishedAt: string;
  readonly author: string;
}

const WORDS = [
  'Waited forty minutes and nobody picked up the phone.',
  'They answered at once and solved it.',
  'There was a fee on the bill that nobody had told me about.',
  'Nothing special, it works.',
  'Third time I called about the same problem.',
] as const;

/** What one source lists: reviews are added and edited, and listed in any order. */
export interface Feed {
  readonly grow: (now: number) => void;
  readonly edit: () => void;
  /** @param isTroubled whether the server may break */
  readonly answer: (now: number, isTroubled: boolean) => SourceAnswer;
  /** Native ids and present texts. */
  readonly reviews: () => readonly Readonly<Review>[];
}

const DAY_MS = 86_400_000;

export function memoryFeed(source: string, random: Random): Feed {
  const reviews: Review[] = [];
  return {
    grow: (now) => {
      const back = random.chance(0.1) ? random.below(40) * DAY_MS : random.below(DAY_MS);
      const number = reviews.length + 1;
      reviews.push({
        id: `${source}-${number}`,
        text: `${random.pick(WORDS)} ${source} ${number}`,
        edits: 0,
        before: [],
        publishedAt: new Date(now - back).toISOString(),
        author: `author ${random.below(3)}`,
      });
    },
    edit: () => {
      const review = reviews[random.below(reviews.length)];
      if (review === undefined) return;
      const isBack = random.chance(0.3);
      const earlier = review.before[random.below(review.before.length)];
      review.before.push(review.text);
      review.edits++;
      review.text =
        isBack && earlier !== undefined
          ? earlier
          : `${random.pick(WORDS)} ${review.id} edit ${review.edits}`;
    },
    answer: (now, isTroubled) => {
      if (isTroubled && random.chance(0.05))
        return { status: 'failed', code: 'SERVER_ERROR', message: 'It said 500.', remedy: 'Wait.' };
      const items = reviews.filter(({ publishedAt }) => Date.parse(publishedAt) <= now).map(itemOf);
      if (random.chance(0.3)) items.reverse();
      return { status: 'ok', items, etag: null, lastModified: null };
    },
    reviews: () => reviews,
  };
}

function itemOf({ id, text, publishedAt, author }: Review): FeedItem {
  return {
    nativeId: id,
    link: `https://reviews.example/${id}`,
    title: null,
    html: null,
    text,
    author,
    publishedAt,
    updatedAt: null,
    dateSuspect: false,
    rating: null,
    categories: [],
    language: 'en',
  };
}
