/** `web` takes webhooks and Slack's requests, `worker` carries out steps and sends messages, `all` does both. */
export type Role = 'all' | 'web' | 'worker';
