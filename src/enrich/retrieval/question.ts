/** What an incident or a person asks of the knowledge; untrusted text throughout. */
export type Question = {
  /** Names of the alert rules that fire. */
  alerts: readonly string[];
  services: readonly string[];
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  /** Free text: a person's question, a log pattern. */
  text: string;
};
