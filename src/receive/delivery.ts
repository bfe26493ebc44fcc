/** What is known of a webhook call before its body is read. */
export type Head = {
  source: string;
  /** By lower-case name, as they came. */
  headers: Readonly<Record<string, string | undefined>>;
};

/** One webhook call as it came in, before anything in it is trusted. */
export type Delivery = Head & { body: Uint8Array };

/** Why a delivery was not taken, and what its sender can do about it. */
export type Refusal = { status: 400 | 401 | 404 | 413 | 415 | 503; error: string; fix: string };

/** The answer to a delivery: how many alerts changed something, or why none was taken. */
export type Receipt =
  { taken: true; alerts: number; changed: number; duplicates: number } | { taken: false; refusal: Refusal };

export function refusal(status: Refusal['status'], error: string, fix: string): Refusal {
  return { status, error, fix };
}
