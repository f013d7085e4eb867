import iconv from 'iconv-lite';

/** The text of a document and how its bytes were read. */
export type Decoded = {
  readonly text: string;
  /** Lower-case name of the encoding. */
  readonly encoding: string;
  /** The document or its server named another encoding than the one that fits. */
  readonly mislabelled: boolean;
};

/** Labels that in practice mean a larger encoding. */
const ALIASES: Readonly<Record<string, string>> = {
  gb2312: 'gb18030',
  gbk: 'gb18030',
  'x-gbk': 'gb18030',
  'iso-8859-1': 'windows-1252',
  iso8859_1: 'windows-1252',
  latin1: 'windows-1252',
  'us-ascii': 'windows-1252',
  ascii: 'windows-1252',
  utf8: 'utf-8',
};

/** First bytes that name an encoding of several bytes a character, longest first. */
const SIGNATURES: readonly (readonly [readonly number[], string])[] = [
  [[0x00, 0x00, 0xfe, 0xff], 'utf-32be'],
  [[0xff, 0xfe, 0x00, 0x00], 'utf-32le'],
  [[0x00, 0x00, 0x00, 0x3c], 'utf-32be'],
  [[0x3c, 0x00, 0x00, 0x00], 'utf-32le'],
  [[0x00, 0x3c, 0x00, 0x3f], 'utf-16be'],
  [[0x3c, 0x00, 0x3f, 0x00], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xef, 0xbb, 0xbf], 'utf-8'],
];

/**
 * Turns the bytes of a feed into text. Valid UTF-8 with characters of several bytes beats every
 * label, since such bytes are hardly ever anything else and labels are often wrong; then the
 * server's label counts, then the document's.
 *
 * @param contentType the Content-Type header, if there was one
 */
export function decodeBody(bytes: Uint8Array, contentType: string | null): Decoded {
  const signature = SIGNATURES.find(([head]) => head.every((byte, at) => bytes[at] === byte));
  const labels = [labelOfHeader(contentType), labelOfDocument(bytes)].filter(
    (label) => label !== undefined,
  );
  const decodedAs = (encoding: string, text: string): Decoded => ({
    text: text.startsWith('\uFEFF') ? text.slice(1) : text,
    encoding,
    mislabelled: labels.length > 0 && !labels.includes(encoding),
  });
  if (signature !== undefined) {
    const text = decodeAs(bytes, signature[1]);
    if (text !== undefined) return decodedAs(signature[1], text);
  }
  const utf8 = strictUtf8(bytes);
  if (utf8 !== undefined && utf8.length < bytes.length) return decodedAs('utf-8', utf8);
  for (const label of labels) {
    const text = decodeAs(bytes, label);
    if (text !== undefined) return decodedAs(label, text);
  }
  return utf8 === undefined
    ? decodedAs('windows-1252', new TextDecoder('windows-1252').decode(bytes))
    : decodedAs('utf-8', utf8);
}

function strictUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function labelOfHeader(contentType: string | null): string | undefined {
  const label = /charset\s*=\s*["']?([\w.:-]{1,40})/i.exec((contentType ?? '').slice(0, 400));
  return normalLabel(label?.[1]);
}

function labelOfDocument(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  const label = /<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(head);
  return normalLabel(label?.[1]);
}

function normalLabel(label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  const lower = label.toLowerCase();
  return ALIASES[lower] ?? lower;
}

/** @returns undefined where the label is unknown or cannot be right */
function decodeAs(bytes: Uint8Array, encoding: string): string | undefined {
  const wide = /^(?:utf-?(?:16|32)|ucs-?[24]|iso-10646)/.test(encoding);
  if (wide && !bytes.subarray(0, 64).includes(0)) return undefined;
  // Bytes that are not UTF-8 under a label that says so: windows-1252 is the likelier reading.
  if (encoding === 'utf-8') return strictUtf8(bytes) ?? decodeMostlyUtf8(bytes);
  try {
    if (!encoding.startsWith('utf-32')) return new TextDecoder(encoding).decode(bytes);
  } catch {
    // Not an encoding of the web; the next table knows more.
  }
  return iconv.encodingExists(encoding) ? iconv.decode(Buffer.from(bytes), encoding) : undefined;
}

/** A UTF-8 document with a few broken bytes stays UTF-8; one with many was never UTF-8. */
function decodeMostlyUtf8(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder('utf-8').decode(bytes);
  const broken = text.split('\uFFFD').length - 1;
  const wide = bytes.length - text.length + 2 * broken;
  return wide > 4 * broken ? text : undefined;
}
