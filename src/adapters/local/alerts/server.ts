import { once } from 'node:events';
import { createServer } from 'node:http';
import { alertStates, type ActiveAlert, type FiringRecord } from './alert-states.ts';
import type { Labels } from './exposition.ts';
import { readFiring, writeFiring } from './firing-file.ts';
import { answerQuery } from './http-api.ts';
import { startNotifier, type NotifierLog, type Receiver } from './notifier.ts';
import { RECORDED } from './recorded-series.ts';
import type { AlertRule, Rule } from './rules.ts';
import { startScraper, type Target } from './scraper.ts';
import { seriesId, seriesStore, type SeriesStore } from './series-store.ts';
import { expressionUrl, type OutgoingAlert } from './webhook-body.ts';

/**
 * A small stand-in for Prometheus and Alertmanager: scrapes, evaluates a rule file, posts genuine webhooks and
 * answers the query API. It understands selectors but not PromQL: recorded series are computed in code
 * (recorded-series.ts), and an alert compares one series with a number.
 */
export type LocalAlerts = { url: string; stop(): Promise<void> };

export type AlertsOptions = {
  rules: Rule[];
  /** What to scrape now; asked before every round, so that pods may come and go. */
  targets: () => Promise<Target[]>;
  receivers: Receiver[];
  /** Between two rounds of scraping and evaluating. */
  intervalMs: number;
  /** Where firing alerts are remembered over a restart. */
  stateFile: string;
  log: NotifierLog;
};

/** Starts the evaluator on a loopback port. Throws when a recording rule has no computation in code. */
export async function startAlerts(options: AlertsOptions): Promise<LocalAlerts> {
  const { rules, log } = options;
  const records = rules.flatMap((rule) => (rule.kind === 'record' ? [recorder(rule.record)] : []));
  const alertRules = rules.filter((rule): rule is AlertRule => rule.kind === 'alert');
  const store = seriesStore();
  const now = () => Date.now();
  const states = alertStates(alertRules, store, { alerts: readFiring(options.stateFile), at: now() });
  const scraper = startScraper(store, now);

  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://alerts.local');
    const { code, body } = answerQuery({ store, states, rules, now }, url.pathname, url.searchParams);
    res.writeHead(code, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' });
    res.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the rule evaluator has no port');
  const url = `http://127.0.0.1:${address.port}`;
  const notifiers = options.receivers.map((receiver) => startNotifier(receiver, url, log));

  const remember = firingMemory(options.stateFile, log);
  let ended: ActiveAlert[] = [];
  function evaluate(): void {
    const at = now();
    for (const record of records) record(store, at);
    const { firing, resolved } = states.evaluate(at);
    for (const notifier of notifiers) {
      for (const alert of firing) notifier.put(outgoing(url, alert));
      for (const alert of resolved) notifier.put({ ...outgoing(url, alert), endsAt: new Date(at) });
      notifier.flush(at);
    }
    // To a receiver that has not heard of its end an alert still fires, and that must survive a restart too.
    ended = [...ended, ...resolved].filter((alert) =>
      notifiers.some((notifier) => notifier.owes(outgoing(url, alert))),
    );
    remember([...ended, ...firing]);
    store.trim(at);
  }

  let targets: Target[] = [];
  async function round(): Promise<void> {
    try {
      targets = await options.targets();
    } catch (error) {
      // Without scrapes everything would soon be absent, and what is absent counts as resolved.
      log.warn({ err: error }, 'the list of scrape targets could not be read, the last one holds');
    }
    if (stopped) return;
    scraper.tick(targets);
    evaluate();
  }

  let stopped = false;
  void round();
  const timer = setInterval(() => void round(), options.intervalMs);
  return {
    url,
    async stop() {
      stopped = true;
      clearInterval(timer);
      scraper.stop();
      for (const notifier of notifiers) notifier.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A function that writes the alerts to the file whenever they are others than before. Never throws. */
function firingMemory(file: string, log: NotifierLog): (alerts: ActiveAlert[]) => void {
  let written: string | undefined;
  return (alerts) => {
    const records = new Map<string, FiringRecord>();
    for (const { labels, value, activeAt, firedAt } of alerts) {
      // The first of two with the same labels is the one that the receivers know.
      const id = seriesId(labels);
      if (firedAt !== undefined && !records.has(id)) records.set(id, { labels, value, activeAt, firedAt });
    }
    const present = JSON.stringify([...records].map(([id, { firedAt }]) => [id, firedAt]));
    if (present === written) return;
    try {
      writeFiring(file, [...records.values()]);
      written = present;
    } catch (error) {
      log.warn({ err: error }, 'what fires could not be saved, a restart now would forget it');
    }
  };
}

/** A function that computes a recorded series and ends it for services that have no value any more. */
function recorder(name: string): (store: SeriesStore, at: number) => void {
  const compute = RECORDED[name];
  if (compute === undefined) {
    throw new Error(
      `the local rule evaluator cannot compute ${name}; add it to recorded-series.ts or use Prometheus`,
    );
  }
  let before = new Map<string, Labels>();
  return (store, at) => {
    const present = new Map<string, Labels>();
    for (const [service, value] of compute(store, at)) {
      const labels: Labels = service === '' ? {} : { service };
      present.set(seriesId(labels), labels);
      store.append(name, labels, at, value);
    }
    for (const [id, labels] of before) if (!present.has(id)) store.end(name, labels, at);
    before = present;
  };
}

function outgoing(url: string, alert: ActiveAlert): OutgoingAlert {
  return {
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: new Date(alert.firedAt ?? alert.activeAt),
    generatorURL: expressionUrl(url, alert.rule.expr),
  };
}
