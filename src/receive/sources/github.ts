import { z } from 'zod';
import type { Alert } from '../../incident/alert.ts';
import { byHmac } from '../authentication.ts';
import { keyOf } from '../inert-alert.ts';
import { GITHUB_CHANGES } from './github-changes.ts';
import { checkRun, checkSuite, deploymentStatus, workflowRun } from './github-runs.ts';
import { codeScanning, dependabot, secretScanning } from './github-security.ts';
import { JSON_TYPE, type Source } from '../source.ts';

// A map and not an object: the name of the event comes from a header.
const EVENTS: ReadonlyMap<string, (body: unknown, receivedAt: Date) => Alert[]> = new Map([
  ['check_run', checkRun],
  ['check_suite', checkSuite],
  ['workflow_run', workflowRun],
  ['deployment_status', deploymentStatus],
  ['secret_scanning_alert', secretScanning],
  ['dependabot_alert', dependabot],
  ['code_scanning_alert', codeScanning],
]);

const anything = z.looseObject({});

/**
 * GitHub: checks that fail on a default branch, deployments that fail, and security alerts; and what was
 * pushed, merged, deployed and released.
 * Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */
export const github: Source = {
  name: 'github',
  authentication: byHmac({
    variable: 'GITHUB_WEBHOOK_SECRET',
    header: 'x-hub-signature-256',
    signatures: (header) => (header.startsWith('sha256=') ? [header.slice(7).trim()] : []),
  }),
  mediaType: JSON_TYPE,
  parse(body, head, receivedAt) {
    const delivery = head.headers['x-github-delivery'];
    const event = head.headers['x-github-event'] ?? '';
    const alertsIn = EVENTS.get(event);
    const changesIn = GITHUB_CHANGES.get(event);
    return {
      // A ping, a push or a star is no alert.
      alerts: alertsIn ? alertsIn(anything.parse(body), receivedAt) : [],
      changes: changesIn ? changesIn(anything.parse(body), receivedAt) : [],
      deliveryId: delivery ? keyOf(delivery) : null,
    };
  },
};
