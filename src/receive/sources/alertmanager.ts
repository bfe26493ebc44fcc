import { z } from 'zod';
import { byToken } from '../authentication.ts';
import { alertsOf, prometheusAlerts } from '../prometheus-alerts.ts';
import { JSON_TYPE, type Source } from '../source.ts';

/** The webhook of Alertmanager, version 4. */
const schema = z.object({ version: z.literal('4'), alerts: prometheusAlerts });

/**
 * Prometheus Alertmanager. It signs nothing, so it proves itself by the webhook token.
 * Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export const alertmanager: Source = {
  name: 'alertmanager',
  authentication: byToken,
  mediaType: JSON_TYPE,
  parse: (body) => ({
    alerts: alertsOf('alertmanager', schema.parse(body).alerts, (alert) => alert.generatorURL),
    deliveryId: null,
  }),
};
