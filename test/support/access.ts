import type { Access, SecretName, SnsHost } from '../../src/receive/access.ts';

const noAmazon: SnsHost = {
  certificate: () => Promise.reject(new Error('There is no Amazon here.')),
  confirm: () => Promise.reject(new Error('There is no Amazon here.')),
};

/** Access with the given secrets and no others. */
export function accessWith(
  secrets: Partial<Record<SecretName, readonly string[]>>,
  over: Partial<Omit<Access, 'secrets'>> = {},
): Access {
  return {
    secrets: {
      SITREP_WEBHOOK_TOKEN: [],
      GRAFANA_WEBHOOK_SECRET: [],
      PAGERDUTY_WEBHOOK_SECRET: [],
      SENTRY_CLIENT_SECRET: [],
      GITHUB_WEBHOOK_SECRET: [],
      ...secrets,
    },
    snsTopics: [],
    sns: noAmazon,
    now: () => new Date(),
    ...over,
  };
}
