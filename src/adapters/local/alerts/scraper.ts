import { parseExposition, type Labels } from './exposition.ts';
import { seriesId, type SeriesStore } from './series-store.ts';

/** What is scraped: a metrics page, and labels that its series get (`service`; `job` and `instance` have defaults). */
export type Target = { url: string; labels: Labels };

/** A target that does not answer in this time counts as down. */
const SCRAPE_TIMEOUT_MS = 2_000;
const MAX_PAGE_BYTES = 10 * 1024 * 1024;

type Known = { name: string; labels: Labels };
type TargetState = { up: Labels; series: Map<string, Known>; busy: boolean };

export type Scraper = {
  /** Begins a scrape of every target that is not being scraped, and ends the series of targets that are gone. */
  tick(targets: Target[]): void;
  /** Breaks off scrapes under way. */
  stop(): void;
};

/** A scraper that writes into `store`; `now` gives milliseconds since 1970. */
export function startScraper(store: SeriesStore, now: () => number): Scraper {
  const states = new Map<string, TargetState>();
  const stopping = new AbortController();

  async function scrape(target: Target, state: TargetState): Promise<void> {
    state.busy = true;
    let page: string | undefined;
    try {
      page = await readPage(target.url, stopping.signal);
      if (stopping.signal.aborted) return;
      record(state, page);
      store.append('up', state.up, now(), 1);
    } catch {
      // Why a target is down shows in its log; here it only counts that it is.
      if (stopping.signal.aborted) return;
      forget(state);
      store.append('up', state.up, now(), 0);
    } finally {
      state.busy = false;
    }
  }

  function record(state: TargetState, page: string): void {
    const at = now();
    const seen = new Map<string, Known>();
    for (const sample of parseExposition(page)) {
      const labels = withTargetLabels(sample.labels, state.up);
      seen.set(sample.name + seriesId(labels), { name: sample.name, labels });
      store.append(sample.name, labels, at, sample.value);
    }
    for (const [id, { name, labels }] of state.series) if (!seen.has(id)) store.end(name, labels, at);
    state.series = seen;
  }

  function forget(state: TargetState): void {
    for (const { name, labels } of state.series.values()) store.end(name, labels, now());
    state.series = new Map();
  }

  return {
    tick(targets) {
      const wanted = new Map(targets.map((target) => [target.url, target]));
      for (const [url, target] of wanted) {
        const up = { job: 'sitrep', instance: new URL(url).host, ...target.labels };
        const state = states.get(url) ?? { up, series: new Map<string, Known>(), busy: false };
        states.set(url, state);
        if (!state.busy) void scrape(target, state);
      }
      for (const [url, state] of states) {
        if (wanted.has(url) || state.busy) continue;
        forget(state);
        store.end('up', state.up, now());
        states.delete(url);
      }
    },
    stop: () => stopping.abort(),
  };
}

/** A target's labels win over the page's own, which are kept as `exported_…`, as in Prometheus. */
function withTargetLabels(own: Labels, target: Labels): Labels {
  const merged: Labels = {};
  for (const [name, value] of Object.entries(own)) {
    merged[Object.hasOwn(target, name) ? `exported_${name}` : name] = value;
  }
  return { ...merged, ...target };
}

async function readPage(url: string, stopping: AbortSignal): Promise<string> {
  const signal = AbortSignal.any([AbortSignal.timeout(SCRAPE_TIMEOUT_MS), stopping]);
  const response = await fetch(url, { signal, redirect: 'error' });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const page = await response.text();
  if (page.length > MAX_PAGE_BYTES) throw new Error(`${url} has more than ${MAX_PAGE_BYTES} bytes`);
  return page;
}
