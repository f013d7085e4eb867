import type { ClassifiedMention } from '../classification/classified-mention.ts';
import { evidenceCsv } from './csv.ts';
import type { DigestModel } from './digest.ts';
import { type Footer, REPLY_FOOTER } from './footer.ts';
import { preheader, subject } from './model-words.ts';
import { renderHtml } from './render-html.ts';
import { renderText } from './render-text.ts';

export interface Attachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: string;
}

export interface RenderedDigest {
  /** Without "Re: ". */
  readonly subject: string;
  readonly preheader: string;
  readonly html: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

/**
 * One mail from one model: a pure function, the same bytes every time.
 *
 * @param stored the mentions named in `model.evidence`, for the attached file; order does not matter
 * @throws {Error} when the HTML exceeds its hard limit with every optional block dropped
 */
export function renderDigest(
  model: DigestModel,
  stored: readonly ClassifiedMention[],
  footer: Footer = REPLY_FOOTER,
): RenderedDigest {
  return {
    subject: subject(model),
    preheader: preheader(model),
    html: renderHtml(model, footer),
    text: renderText(model, footer),
    attachments:
      model.evidence.total === 0
        ? []
        : [
            {
              filename: model.evidence.filename,
              contentType: 'text/csv; charset=utf-8',
              content: evidenceCsv(model, stored),
            },
          ],
  };
}
