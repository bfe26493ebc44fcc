/** The variables that hold what alert sources prove themselves by. */
export type SecretName =
  | 'SITREP_WEBHOOK_TOKEN'
  | 'GRAFANA_WEBHOOK_SECRET'
  | 'PAGERDUTY_WEBHOOK_SECRET'
  | 'SENTRY_CLIENT_SECRET'
  | 'GITHUB_WEBHOOK_SECRET';

/** What must be known to tell a true sender from a false one. */
export type Access = {
  /** Every secret that counts now: one, two while one is being replaced, none where a source is not set up. */
  secrets: Readonly<Record<SecretName, readonly string[]>>;
  /** ARNs of the SNS topics that may send; empty where the webhook token is asked for instead. */
  snsTopics: readonly string[];
  sns: SnsHost;
  now: () => Date;
};

/**
 * Amazon's side of SNS over HTTP. Both addresses have been checked to be Amazon's before they are handed
 * over; both calls must be bounded in time and size and must follow no redirect. They reject where Amazon
 * does not answer as it should, and the sender is then asked to come again.
 */
export interface SnsHost {
  /** The signing certificate at `address`, as PEM. */
  certificate(address: URL): Promise<string>;
  /** Confirms a subscription. */
  confirm(address: URL): Promise<void>;
}
