import { z } from 'zod';
import type { Alert, Severity } from '../../incident/alert.ts';
import { severityOf } from '../../incident/severity.ts';
import { time, words } from '../fields.ts';
import { repository } from './github-runs.ts';
import { inertAlert } from '../inert-alert.ts';

const common = {
  number: z.number().int(),
  html_url: words,
  created_at: time,
  updated_at: time,
  fixed_at: time,
  dismissed_at: time,
  resolved_at: time,
};

const secretSchema = z.object({
  action: z.string(),
  repository,
  alert: z.object({
    ...common,
    secret_type: words,
    secret_type_display_name: words,
    publicly_leaked: z.boolean().nullish().catch(null),
  }),
});

/** A secret in a repository. The secret itself is not among the fields, and so is never kept. */
export function secretScanning(body: unknown, receivedAt: Date): Alert[] {
  const { action, repository, alert } = secretSchema.parse(body);
  return about('secret_scanning', action, repository, alert, receivedAt, {
    severity: 'critical',
    what: `Secret found: ${alert.secret_type_display_name ?? alert.secret_type ?? 'unknown kind'}`,
    labels: { secret_type: alert.secret_type },
  });
}

const dependabotSchema = z.object({
  action: z.string(),
  repository,
  alert: z.object({
    ...common,
    dependency: z
      .object({
        package: z.object({ name: words, ecosystem: words }).nullish().catch(null),
        manifest_path: words,
      })
      .nullish()
      .catch(null),
    security_advisory: z
      .object({ ghsa_id: words, cve_id: words, summary: words, severity: words })
      .nullish()
      .catch(null),
  }),
});

/** A dependency with a known hole. */
export function dependabot(body: unknown, receivedAt: Date): Alert[] {
  const { action, repository, alert } = dependabotSchema.parse(body);
  const { dependency, security_advisory: advisory } = alert;
  return about('dependabot', action, repository, alert, receivedAt, {
    severity: severityOf(advisory?.severity),
    what: `Vulnerable dependency: ${dependency?.package?.name ?? advisory?.summary ?? 'unknown'}`,
    description: advisory?.summary,
    labels: {
      package: dependency?.package?.name,
      ecosystem: dependency?.package?.ecosystem,
      manifest: dependency?.manifest_path,
      advisory: advisory?.cve_id ?? advisory?.ghsa_id,
    },
  });
}

const codeSchema = z.object({
  action: z.string(),
  repository,
  alert: z.object({
    ...common,
    rule: z
      .object({ id: words, name: words, description: words, severity: words, security_severity_level: words })
      .nullish()
      .catch(null),
    tool: z.object({ name: words }).nullish().catch(null),
  }),
});

/** A finding of code scanning. */
export function codeScanning(body: unknown, receivedAt: Date): Alert[] {
  const { action, repository, alert } = codeSchema.parse(body);
  const { rule, tool } = alert;
  return about('code_scanning', action, repository, alert, receivedAt, {
    severity: severityOf(rule?.security_severity_level ?? rule?.severity),
    what: `Code scanning: ${rule?.description ?? rule?.name ?? rule?.id ?? 'finding'}`,
    labels: { rule: rule?.id ?? rule?.name, tool: tool?.name },
  });
}

const BEGINS = new Set([
  'created',
  'reopened',
  'reopened_by_user',
  'reintroduced',
  'auto_reopened',
  'appeared_in_branch',
  'publicly_leaked',
]);
const ENDS = new Set(['resolved', 'fixed', 'dismissed', 'auto_dismissed', 'closed_by_user']);

function about(
  what: string,
  action: string,
  repo: z.infer<typeof repository>,
  alert: { number: number; html_url: string | null | undefined } & Record<
    'created_at' | 'updated_at' | 'fixed_at' | 'dismissed_at' | 'resolved_at',
    Date | null
  >,
  receivedAt: Date,
  more: {
    severity: Severity;
    what: string;
    description?: string | null | undefined;
    labels: Record<string, string | null | undefined>;
  },
): Alert[] {
  const ends = ENDS.has(action);
  // Assigning, validating and the like change nothing about what is wrong.
  if (!ends && !BEGINS.has(action)) return [];
  const ended = alert.resolved_at ?? alert.fixed_at ?? alert.dismissed_at ?? alert.updated_at ?? receivedAt;
  const began = (action === 'created' ? alert.created_at : alert.updated_at) ?? receivedAt;
  return [
    inertAlert({
      source: 'github',
      fingerprint: `${what} ${repo.full_name} ${alert.number}`,
      identifiedBy: 'fingerprint',
      startsAt: ends ? ended : began,
      endedAt: ends ? ended : null,
      kind: 'security',
      name: more.what,
      service: repo.name,
      severity: more.severity,
      summary: `${more.what} in ${repo.full_name}`,
      description: more.description,
      labels: { repository: repo.full_name, number: String(alert.number), ...more.labels },
      link: alert.html_url,
    }),
  ];
}
