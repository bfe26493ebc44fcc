import { html, trusted, type Html } from './html.ts';

/** One service of the demo shop as the console shows it. Ratios are 0 to 1. */
export interface ServiceHealth {
  name: string;
  release: string;
  ready: number;
  replicas: number;
  errorRatio?: number;
  p95Seconds?: number;
  requestsPerSecond?: number;
  state: 'healthy' | 'degraded' | 'down';
}

export interface ShopStatus {
  services: ServiceHealth[];
  broken: boolean;
}

/** How the console looks at the demo shop, and breaks it. */
export interface ShopControl {
  status(): Promise<ShopStatus>;
  breakShop(): Promise<void>;
}

/** The services, each with a minute of its 95th percentile; `history` holds seconds, oldest first. */
export function servicesHtml(status: ShopStatus, history: ReadonlyMap<string, readonly number[]>): Html {
  return html`${status.services.map((service) => serviceHtml(service, history.get(service.name) ?? []))}`;
}

function serviceHtml(service: ServiceHealth, history: readonly number[]): Html {
  const figures = [
    service.p95Seconds === undefined ? undefined : { label: 'p95', value: duration(service.p95Seconds) },
    service.errorRatio === undefined ? undefined : { label: 'errors', value: percent(service.errorRatio) },
    service.requestsPerSecond === undefined
      ? undefined
      : { label: '/s', value: rate(service.requestsPerSecond) },
  ].filter((figure) => figure !== undefined);
  return html`<li class="service service-${service.state}">
    <div class="service-head">
      <strong>${service.name}</strong>
      <span class="state">${service.state}</span>
    </div>
    <div class="service-sub">
      <span>${service.release} · ${service.ready}/${service.replicas} ready</span>${sparkline(history)}
    </div>
    <div class="service-figures">
      ${figures.map(({ label, value }) => html`<span><b>${value}</b> ${label}</span>`)}
    </div>
  </li>`;
}

function sparkline(history: readonly number[]): Html {
  if (history.length < 2) return html`<svg class="spark" viewBox="0 0 120 20" aria-hidden="true"></svg>`;
  // At least 200 ms high, so that the noise of a healthy service does not look like trouble.
  const top = Math.max(0.2, ...history);
  const points = history.map((value, index) => {
    const x = 120 - (history.length - 1 - index) * 2;
    return `${x},${(19 - (value / top) * 17).toFixed(1)}`;
  });
  return html`<svg class="spark" viewBox="0 0 120 20" preserveAspectRatio="none" aria-hidden="true">
    ${trusted(`<polyline points="${points.join(' ')}" />`)}
  </svg>`;
}

function duration(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(ratio > 0 && ratio < 0.1 ? 1 : 0)} %`;
}

function rate(perSecond: number): string {
  return perSecond.toFixed(perSecond < 10 ? 1 : 0);
}
