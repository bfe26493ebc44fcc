/** What the process of the local world is started with. */
export type WorldOptions = {
  /** Directory for everything that the world remembers. */
  home: string;
  /** Sitrep's own base URL: signed Slack requests and alerts go there. */
  sitrepUrl: string;
  webhookToken: string;
  /** Null where real Slack is used. */
  slack: {
    signingSecret: string;
    botToken: string;
    channel: string;
    people: { id: string; name: string; role: string }[];
  } | null;
  /** Whether to run the demo shop with its cluster, repository and alerts. */
  shop: boolean;
  /** A real Prometheus that watches the shop and alerts by itself; null: the local evaluator does. */
  prometheusUrl: string | null;
};

/** Where the parts of the local world are reached. */
export type WorldAddresses = {
  slack: { apiUrl: string; channel: string; consoleUrl: string } | null;
  shop: {
    github: { apiUrl: string; token: string; repo: string };
    kubernetes: { url: string; token: string };
    prometheusUrl: string;
  } | null;
};

export type FromWorld =
  | { kind: 'ready'; addresses: WorldAddresses }
  | { kind: 'failed'; message: string }
  | { kind: 'done'; request: number; error: string | null };

export type ToWorld =
  | { kind: 'stop' }
  | { kind: 'break shop'; request: number }
  | { kind: 'press'; request: number; person: string; actionId: string };
