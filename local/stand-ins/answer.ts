/** What a stand-in answers to one call of the AWS API. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** An answer of the JSON protocols. */
export function jsonAnswer(body: unknown, status = 200, contentType = 'application/json'): Answer {
  return { status, headers: { 'content-type': contentType }, body: JSON.stringify(body) };
}

/** A refusal as REST-JSON services put it: the error's name stands in a header. */
export function restError(name: string, message: string, status = 400): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': name },
    body: JSON.stringify({ message }),
  };
}
