import type { Access, SecretName } from './access.ts';
import type { Source } from './source.ts';
import { alertmanager } from './sources/alertmanager.ts';
import { cloudevents } from './sources/cloudevents.ts';
import { cloudwatch } from './sources/cloudwatch.ts';
import { datadog } from './sources/datadog.ts';
import { flags } from './sources/flags.ts';
import { github } from './sources/github.ts';
import { grafana } from './sources/grafana.ts';
import { json } from './sources/json.ts';
import { opsgenie } from './sources/opsgenie.ts';
import { pagerduty } from './sources/pagerduty.ts';
import { sentry } from './sources/sentry.ts';

/** Every source by its name in the path. A map: “constructor” is no source. */
export const sources: ReadonlyMap<string, Source> = new Map([
  ['alertmanager', alertmanager],
  ['grafana', grafana],
  ['pagerduty', pagerduty],
  ['datadog', datadog],
  ['sentry', sentry],
  ['cloudwatch', cloudwatch],
  ['github', github],
  ['flags', flags],
  ['opsgenie', opsgenie],
  // Jira Service Management has taken Opsgenie over and sends the same messages.
  ['jsm', opsgenie],
  ['cloudevents', cloudevents],
  ['json', json],
]);

export const sourceNames: readonly string[] = [...sources.keys()];

/** Which sources can be taken, and which variable the others wait for. */
export function readiness(access: Access): { name: string; missing: SecretName | null }[] {
  return [...sources].map(([name, source]) => ({ name, missing: source.authentication.missing(access) }));
}
