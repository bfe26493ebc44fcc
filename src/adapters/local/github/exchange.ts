/** One API request, whichever way it came: over HTTP, or replayed from the write log. */
export type ApiRequest = {
  method: string;
  /** With the query. */
  url: URL;
  body: unknown;
  /** When it was (first) made. */
  at: Date;
};

/** The answer to it. A string body is sent as it is, anything else as JSON. */
export type ApiAnswer = { status: number; headers: Record<string, string>; body: unknown };

/** Answers a request. */
export type ApiHandler = (request: ApiRequest) => Promise<ApiAnswer>;

export function answer(status: number, body: unknown): ApiAnswer {
  return { status, headers: {}, body };
}

/** GitHub's way of saying no. */
export function refusal(status: number, message: string): ApiAnswer {
  return answer(status, {
    message,
    documentation_url: 'https://docs.github.com/rest',
    status: String(status),
  });
}
