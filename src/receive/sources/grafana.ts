import { z } from 'zod';
import type { Authentication } from '../source.ts';
import { byHmac, byToken } from '../authentication.ts';
import { words } from '../fields.ts';
import { alertsOf, prometheusAlerts } from '../prometheus-alerts.ts';
import { JSON_TYPE, type Source } from '../source.ts';

/** The webhook contact point of Grafana Alerting: Alertmanager's shape, and more. */
const schema = z.object({
  alerts: z
    .array(prometheusAlerts.element.extend({ dashboardURL: words, panelURL: words }))
    .min(1)
    .max(5000),
});

const signed = byHmac({
  variable: 'GRAFANA_WEBHOOK_SECRET',
  header: 'x-grafana-alerting-signature',
  signatures: (header) => [header.trim()],
  timeHeader: 'x-grafana-alerting-signature-timestamp',
});

// Signing came with Grafana 12, and is a choice. Whoever has set the secret has chosen it, so that the
// token alone does not do any more.
const authentication: Authentication = {
  missing: (access) => (signed.missing(access) ? byToken.missing(access) : null),
  knock: (head, access) => (signed.missing(access) ? byToken : signed).knock(head, access),
  prove: (delivery, access) => (signed.missing(access) ? byToken : signed).prove(delivery, access),
};

/**
 * Grafana Alerting, signed where GRAFANA_WEBHOOK_SECRET is set and by the webhook token otherwise.
 * Source: https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
 */
export const grafana: Source = {
  name: 'grafana',
  authentication,
  mediaType: JSON_TYPE,
  parse: (body) => ({
    alerts: alertsOf(
      'grafana',
      schema.parse(body).alerts,
      (alert) => alert.panelURL || alert.dashboardURL || alert.generatorURL,
    ),
    deliveryId: null,
  }),
};
