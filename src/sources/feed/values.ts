/**
 * An http(s) address made absolute against the address of its feed, or null where there is none.
 *
 * @param base absolute address, or an empty string where none is known
 */
export function absoluteLink(raw: string | null, base: string): string | null {
  if (raw === null || raw.trim() === '') return null;
  const url = URL.parse(raw.trim(), URL.canParse(base) ? base : undefined);
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : null;
}

/** `en` of "en-GB", `nb` of "nb_NO"; null where it is not a language code of two or three letters. */
export function languageOf(tag: string | null | undefined): string | null {
  const code = /^([a-z]{2,3})(?:[-_][a-z\d_-]{1,20})?$/i.exec(tag?.trim() ?? '');
  return code?.[1]?.toLowerCase() ?? null;
}
